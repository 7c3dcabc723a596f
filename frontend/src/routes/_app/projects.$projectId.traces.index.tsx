import { createFileRoute } from '@tanstack/react-router';
import { readTraceSearch, TraceListPage } from '@/features/explorer';

export const Route = createFileRoute('/_app/projects/$projectId/traces/')({
  validateSearch: readTraceSearch,
  component: TraceListRoute,
});

function TraceListRoute() {
  const { projectId } = Route.useParams();
  const { project } = Route.useRouteContext();
  const search = Route.useSearch();
  const navigate = Route.useNavigate();
  return (
    <TraceListPage
      key={projectId}
      projectId={projectId}
      projectName={project.name}
      search={search}
      onSearch={(next, options) => void navigate({ search: next, replace: options?.replace ?? false })}
    />
  );
}
