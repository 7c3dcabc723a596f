import { createFileRoute } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import { readTraceViewSearch, TracePage, type TraceViewSearch } from '@/features/trace';

export const Route = createFileRoute('/_app/projects/$projectId/traces/$traceId')({
  validateSearch: readTraceViewSearch,
  component: TraceRoute,
});

function TraceRoute() {
  const { projectId, traceId } = Route.useParams();
  const raw = Route.useSearch();
  // The router hands on what a validator leaves out, so it is asked again.
  const search = useMemo(() => readTraceViewSearch({ ...raw }), [raw]);
  const navigate = Route.useNavigate();
  const onSearch = useCallback(
    (next: TraceViewSearch) => void navigate({ search: next, replace: true, resetScroll: false }),
    [navigate],
  );
  return (
    <TracePage
      key={`${projectId} ${traceId}`}
      projectId={projectId}
      traceId={traceId}
      search={search}
      onSearch={onSearch}
    />
  );
}
