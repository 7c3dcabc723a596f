import { afterEach, expect, it } from 'vitest';
import type { Viewer } from '@/shared/api/viewer';
import { rememberProject, startProject } from './start-project';

const project = (id: string) => ({ __typename: 'Project' as const, id, name: id, slug: id });
const viewer = {
  user: null,
  organizations: {
    nodes: [
      { id: 'o1', name: 'One', slug: 'one', projects: { nodes: [] } },
      { id: 'o2', name: 'Two', slug: 'two', projects: { nodes: [project('a'), project('b')] } },
    ],
  },
} as unknown as Viewer;

afterEach(() => localStorage.clear());

it('opens the first project where none was open', () => {
  expect(startProject(viewer)).toBe('a');
});
it('comes back to the project that was open last', () => {
  rememberProject('b');
  expect(startProject(viewer)).toBe('b');
});
it('forgets a project that is gone', () => {
  rememberProject('gone');
  expect(startProject(viewer)).toBe('a');
});
