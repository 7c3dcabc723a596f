import { expect, it } from 'vitest';
import { addPage, firstPage } from './trace-pages';

const page = (ids: string[], endCursor: string | null, hasNextPage: boolean) => ({
  nodes: ids.map((id) => ({ id })),
  endCursor,
  hasNextPage,
});
const ids = (rows: readonly { id: string }[]) => rows.map((row) => row.id).join('');

it('puts pages together without repeating a row', () => {
  const pages = addPage(firstPage(page(['a', 'b'], 'b', true)), page(['b', 'c'], 'c', true));
  expect(ids(pages.rows)).toBe('abc');
  expect(pages).toMatchObject({ after: 'c', hasMore: true });
});

it('stops where the server has no more or does not move on', () => {
  const first = firstPage(page(['a'], 'a', true));
  expect(addPage(first, page(['b'], 'b', false)).hasMore).toBe(false);
  expect(addPage(first, page([], 'a', true)).hasMore).toBe(false);
  expect(addPage(first, page([], null, true)).hasMore).toBe(false);
});
