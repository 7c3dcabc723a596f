import { createFileRoute } from '@tanstack/react-router';
import { useMemo } from 'react';
import { readTraceSearch, TraceListPage } from '@/features/explorer';

export const Route = createFileRoute('/_app/projects/$projectId/traces/')({
  validateSearch: readTraceSearch,
  component: TraceListRoute,
});

function TraceListRoute() {
  const { projectId } = Route.useParams();
  const { project } = Route.useRouteContext();
  const raw = Route.useSearch();
  // The router hands on what a validator leaves out, so it is asked again.
  const search = useMemo(() => readTraceSearch({ ...raw }), [raw]);
  const navigate = Route.useNavigate();
  return (
    <TraceListPage
      key={projectId}
      projectId={projectId}
      projectName={project.name}
      search={search}
      onSearch={(next, options) =>
        void navigate({ search: next, replace: options?.replace ?? false })
      }
    />
  );
}
