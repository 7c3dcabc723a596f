/** Pages of a keyset list, put together. Pure. */

export interface Page<T> {
  readonly nodes: readonly T[];
  readonly endCursor: string | null;
  readonly hasNextPage: boolean;
}

/** The rows so far and where the next page starts. */
export interface Pages<T> {
  readonly rows: readonly T[];
  readonly after: string | null;
  readonly hasMore: boolean;
}

export function firstPage<T>(page: Page<T>): Pages<T> {
  return { rows: page.nodes, after: page.endCursor, hasMore: page.hasNextPage && !!page.endCursor };
}

/**
 * Adds a page. A row that is already there is left out: it may have moved over
 * the cursor while someone read, as a running trace does in an order by cost.
 */
export function addPage<T extends { readonly id: string }>(
  pages: Pages<T>,
  page: Page<T>,
): Pages<T> {
  const known = new Set(pages.rows.map((row) => row.id));
  const added = page.nodes.filter((row) => !known.has(row.id));
  return {
    rows: [...pages.rows, ...added],
    after: page.endCursor ?? pages.after,
    // A page that says there is more but does not move on would be asked for ever.
    hasMore: page.hasNextPage && !!page.endCursor && page.endCursor !== pages.after,
  };
}
