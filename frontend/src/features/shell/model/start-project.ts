import { findProject, type Viewer } from '@/shared/api/viewer';
import { readStored, writeStored } from '@/shared/stored';

/** Keeps on this device which project was open last. */
export function rememberProject(projectId: string): void {
  writeStored('project', projectId);
}

/** The project to open first: the one that was open last, else the first there is. */
export function startProject(viewer: Viewer): string | undefined {
  const last = readStored('project', (value) => (typeof value === 'string' ? value : undefined));
  if (last && findProject(viewer, last)) return last;
  return viewer.organizations.nodes.flatMap((organization) => organization.projects.nodes)[0]?.id;
}
