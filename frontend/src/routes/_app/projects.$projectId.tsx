import { createFileRoute, notFound, Outlet } from '@tanstack/react-router';
import { rememberProject } from '@/features/shell';
import { findProject } from '@/shared/api/viewer';
import { NotFound } from '../__root';

/** One project; whatever is below may take it for granted that the viewer sees it. */
export const Route = createFileRoute('/_app/projects/$projectId')({
  beforeLoad: ({ context, params }) => {
    const place = findProject(context.viewer, params.projectId);
    if (!place) throw notFound();
    rememberProject(params.projectId);
    return place;
  },
  component: Outlet,
  notFoundComponent: NotFound,
});
