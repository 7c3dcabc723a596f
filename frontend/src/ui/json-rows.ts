/** JSON as rows of a tree that is opened step by step. Pure. */

/** How many entries of one list or object are shown before someone asks for more. */
export const entriesPerStep = 100;

export type JsonRow =
  | {
      readonly kind: 'value';
      readonly path: string;
      readonly depth: number;
      readonly label: string | null;
      readonly value: string | number | boolean | null;
    }
  | {
      readonly kind: 'open' | 'closed';
      readonly path: string;
      readonly depth: number;
      readonly label: string | null;
      readonly isList: boolean;
      readonly size: number;
    }
  | { readonly kind: 'more'; readonly path: string; readonly depth: number; readonly left: number };

/** Which branches are open, and how many entries of each are shown. */
export type OpenBranches = ReadonlyMap<string, number>;

/** The path of an entry: JSON pointer, RFC 6901. */
export function childPath(path: string, key: string): string {
  return `${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/**
 * The rows of a value. Only open branches are walked, so a value of a million
 * nodes costs what is shown of it.
 */
export function jsonRows(value: unknown, open: OpenBranches): JsonRow[] {
  const rows: JsonRow[] = [];
  add(rows, value, '', 0, null, open);
  return rows;
}

/** Opens the first levels for as long as the rows stay few. */
export function openFirst(value: unknown, budget = 60): OpenBranches {
  const open = new Map<string, number>();
  let left = budget;
  let level: [path: string, value: unknown][] = [['', value]];
  while (level.length > 0) {
    const next: [string, unknown][] = [];
    for (const [path, branch] of level) {
      if (!isBranch(branch)) continue;
      const size = Math.min(sizeOf(branch), entriesPerStep);
      if (size > left && path !== '') continue;
      left -= size;
      open.set(path, entriesPerStep);
      for (const [key, child] of entries(branch, entriesPerStep))
        next.push([childPath(path, key), child]);
    }
    level = next;
  }
  return open;
}

function add(
  rows: JsonRow[],
  value: unknown,
  path: string,
  depth: number,
  label: string | null,
  open: OpenBranches,
): void {
  if (!isBranch(value)) {
    rows.push({ kind: 'value', path, depth, label, value: leaf(value) });
    return;
  }
  const isList = Array.isArray(value);
  const size = sizeOf(value);
  const shown = open.get(path);
  if (shown === undefined || size === 0) {
    rows.push({ kind: 'closed', path, depth, label, isList, size });
    return;
  }
  rows.push({ kind: 'open', path, depth, label, isList, size });
  for (const [key, child] of entries(value, shown)) {
    add(rows, child, childPath(path, key), depth + 1, key, open);
  }
  if (size > shown) rows.push({ kind: 'more', path, depth: depth + 1, left: size - shown });
}

function isBranch(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function sizeOf(value: object): number {
  return Array.isArray(value) ? value.length : Object.keys(value).length;
}

function* entries(value: object, limit: number): Generator<[string, unknown]> {
  let count = 0;
  if (Array.isArray(value)) {
    for (; count < value.length && count < limit; count++) yield [String(count), value[count]];
    return;
  }
  for (const key of Object.keys(value)) {
    if (count++ >= limit) return;
    yield [key, (value as Record<string, unknown>)[key]];
  }
}

function leaf(value: unknown): string | number | boolean | null {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return value;
  return null;
}
