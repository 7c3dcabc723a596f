import type { Client } from 'urql';
import { ViewerDocument, type ViewerQuery } from '@/gql/graphql';
import { hasCode } from './errors';

export type Viewer = ViewerQuery['viewer'];
export type ViewerOrganization = Viewer['organizations']['nodes'][number];
export type ViewerProject = ViewerOrganization['projects']['nodes'][number];

/** Who is signed in; null for nobody. Rejects where the server cannot be asked. */
export async function loadViewer(client: Client): Promise<Viewer | null> {
  const result = await client
    .query(ViewerDocument, {}, { handlesSignOut: true, requestPolicy: 'cache-first' })
    .toPromise();
  if (result.data) return result.data.viewer;
  if (hasCode(result.error, 'UNAUTHENTICATED')) return null;
  throw result.error ?? new Error('the server gave no answer');
}

/** The project with an id and its organization, where the viewer may see it. */
export function findProject(
  viewer: Viewer,
  projectId: string,
): { organization: ViewerOrganization; project: ViewerProject } | undefined {
  for (const organization of viewer.organizations.nodes) {
    const project = organization.projects.nodes.find((item) => item.id === projectId);
    if (project) return { organization, project };
  }
  return undefined;
}
