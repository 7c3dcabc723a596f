import { createFileRoute, redirect } from '@tanstack/react-router';
import { NoProjects, startProject } from '@/features/shell';

/** The way in: to the project that was open last. */
export const Route = createFileRoute('/_app/')({
  beforeLoad: ({ context }) => {
    const projectId = startProject(context.viewer);
    if (projectId) {
      throw redirect({ to: '/projects/$projectId/traces', params: { projectId }, replace: true });
    }
  },
  component: NoProjects,
});
