import { createFileRoute, Outlet, redirect, useParams } from '@tanstack/react-router';
import { Header, KeyboardHelp, SkipLink, useShellHotkeys } from '@/features/shell';
import { loadViewer } from '@/shared/api/viewer';

/** Everything that needs a signed-in person, under the header. */
export const Route = createFileRoute('/_app')({
  beforeLoad: async ({ context, location }) => {
    const viewer = await loadViewer(context.api);
    if (!viewer) {
      const next = location.pathname === '/' ? {} : { next: location.href };
      throw redirect({ to: '/sign-in', search: next });
    }
    return { viewer };
  },
  component: AppLayout,
});

function AppLayout() {
  const { viewer } = Route.useRouteContext();
  const { projectId } = useParams({ strict: false });
  useShellHotkeys();
  return (
    <div className="flex h-dvh flex-col">
      <SkipLink />
      <Header viewer={viewer} projectId={projectId} />
      <main id="main" tabIndex={-1} className="flex min-h-0 flex-1 flex-col outline-none">
        <Outlet />
      </main>
      <KeyboardHelp />
    </div>
  );
}
