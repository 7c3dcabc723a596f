/** What is visible of a tree: collapsing, filtering, searching and moving about. All functions are pure. */

import { nameOf, statusError, type TraceTree, typeOf, typeOrder } from './trace-tree';

/** Rows whose children are hidden. */
export type Collapsed = ReadonlySet<number>;

export const nothingCollapsed: Collapsed = new Set();

/**
 * The rows to show, in order. keep, where given, says which rows a filter
 * lets through; it must hold every ancestor of a row that it holds.
 */
export function visibleRows(tree: TraceTree, collapsed: Collapsed, keep?: Uint8Array): Int32Array {
  const rows = new Int32Array(tree.size);
  let count = 0;
  for (let row = 0; row < tree.size; ) {
    if (keep && !keep[row]) {
      row = tree.end[row] as number;
      continue;
    }
    rows[count++] = row;
    row = collapsed.has(row) ? (tree.end[row] as number) : row + 1;
  }
  return rows.subarray(0, count);
}

/** Every row that has children, collapsed; the top ones stay open so that something is left to see. */
export function collapseAll(tree: TraceTree): Collapsed {
  const collapsed = new Set<number>();
  for (let row = 0; row < tree.size; row++) {
    if ((tree.childCount[row] as number) > 0 && (tree.depth[row] as number) > 0) collapsed.add(row);
  }
  return collapsed;
}

/** Collapses the deepest level that is open. */
export function collapseOneLevel(tree: TraceTree, collapsed: Collapsed): Collapsed {
  let deepest = -1;
  for (const row of visibleRows(tree, collapsed)) {
    const isOpen = (tree.childCount[row] as number) > 0 && !collapsed.has(row);
    if (isOpen && (tree.depth[row] as number) > deepest) deepest = tree.depth[row] as number;
  }
  const next = new Set(collapsed);
  for (const row of visibleRows(tree, collapsed)) {
    if ((tree.depth[row] as number) === deepest && (tree.childCount[row] as number) > 0)
      next.add(row);
  }
  return next;
}

/** Opens the topmost level that is collapsed. */
export function expandOneLevel(tree: TraceTree, collapsed: Collapsed): Collapsed {
  let shallowest = Number.POSITIVE_INFINITY;
  for (const row of collapsed) shallowest = Math.min(shallowest, tree.depth[row] as number);
  const next = new Set(collapsed);
  for (const row of collapsed) if (tree.depth[row] === shallowest) next.delete(row);
  return next;
}

export function toggle(collapsed: Collapsed, row: number, open?: boolean): Collapsed {
  const isOpen = !collapsed.has(row);
  if (open === isOpen) return collapsed;
  const next = new Set(collapsed);
  if (isOpen) next.add(row);
  else next.delete(row);
  return next;
}

/** Opens whatever hides a row. */
export function reveal(tree: TraceTree, collapsed: Collapsed, row: number): Collapsed {
  let next: Set<number> | undefined;
  for (let above = tree.parent[row] ?? -1; above >= 0; above = tree.parent[above] as number) {
    if (collapsed.has(above)) {
      next ??= new Set(collapsed);
      next.delete(above);
    }
  }
  return next ?? collapsed;
}

/** The same rows collapsed after the tree was read again and has grown. */
export function carryOver(collapsed: Collapsed, before: TraceTree, after: TraceTree): Collapsed {
  if (collapsed.size === 0 || before === after) return collapsed;
  const ids = new Set(Array.from(collapsed, (row) => before.ids[row]));
  const next = new Set<number>();
  for (let row = 0; row < after.size; row++) if (ids.has(after.ids[row])) next.add(row);
  return next;
}

/** Rows whose name or type holds the words of a search, upper and lower case alike. */
export function findRows(
  tree: TraceTree,
  search: string,
  typeLabel: (type: string) => string,
): number[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  // Names repeat: each is looked at once with each type, then rows by number.
  const verdicts = new Map<number, boolean>();
  const found: number[] = [];
  for (let row = 0; row < tree.size; row++) {
    const key = (tree.name[row] as number) * typeOrder.length + (tree.type[row] as number);
    let fits = verdicts.get(key);
    if (fits === undefined) {
      const name = nameOf(tree, row).toLowerCase();
      const type = typeLabel(typeOf(tree, row)).toLowerCase();
      fits = words.every((word) => name.includes(word) || type.includes(word));
      verdicts.set(key, fits);
    }
    if (fits) found.push(row);
  }
  return found;
}

/** Rows with status ERROR. */
export function failedRows(tree: TraceTree): number[] {
  const rows: number[] = [];
  for (let row = 0; row < tree.size; row++) if (tree.status[row] === statusError) rows.push(row);
  return rows;
}

/** A mask of the rows and everything above them, for visibleRows. */
export function withAncestors(tree: TraceTree, rows: readonly number[]): Uint8Array {
  const keep = new Uint8Array(tree.size);
  for (const row of rows) {
    for (let above = row; above >= 0 && !keep[above]; above = tree.parent[above] as number) {
      keep[above] = 1;
    }
  }
  return keep;
}

/** The first of the ascending rows after (or before) one, going round; -1 where there is none. */
export function nextRow(rows: readonly number[], from: number, step: 1 | -1): number {
  if (rows.length === 0) return -1;
  if (step === 1) return rows.find((row) => row > from) ?? (rows[0] as number);
  for (let i = rows.length - 1; i >= 0; i--)
    if ((rows[i] as number) < from) return rows[i] as number;
  return rows[rows.length - 1] as number;
}

/** The place of a row among the visible ones; where it is hidden, that of the nearest shown ancestor. */
export function indexOfRow(tree: TraceTree, rows: Int32Array, row: number): number {
  for (let at = row; at >= 0; at = tree.parent[at] as number) {
    const index = binarySearch(rows, at);
    if (index >= 0) return index;
  }
  return -1;
}

/**
 * How far to scroll so that the row at an index is wholly in sight, moving as
 * little as that takes. All lengths are in pixels, height is that of a row.
 */
export function topInSight(index: number, height: number, top: number, sight: number): number {
  const start = index * height;
  if (start < top) return start;
  return Math.max(top, Math.min(start, start + height - sight));
}

function binarySearch(rows: Int32Array, row: number): number {
  let low = 0;
  let high = rows.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const value = rows[middle] as number;
    if (value === row) return middle;
    if (value < row) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

/** What a key does in the tree. */
export type TreeMove =
  | { kind: 'select'; row: number }
  | { kind: 'collapse'; row: number }
  | { kind: 'expand'; row: number };

/**
 * The move of a key under the tree pattern of the ARIA practices, with j and k
 * beside the arrows; undefined where the key means nothing here.
 */
export function treeMove(
  tree: TraceTree,
  rows: Int32Array,
  collapsed: Collapsed,
  selected: number,
  key: string,
  pageSize: number,
): TreeMove | undefined {
  if (rows.length === 0) return undefined;
  const index = Math.max(0, indexOfRow(tree, rows, selected));
  const row = rows[index] as number;
  const select = (to: number): TreeMove => ({
    kind: 'select',
    row: rows[Math.min(rows.length - 1, Math.max(0, to))] as number,
  });
  switch (key) {
    case 'ArrowDown':
    case 'j':
      return select(selected < 0 ? 0 : index + 1);
    case 'ArrowUp':
    case 'k':
      return select(selected < 0 ? 0 : index - 1);
    case 'Home':
      return select(0);
    case 'End':
      return select(rows.length - 1);
    case 'PageDown':
      return select(index + pageSize);
    case 'PageUp':
      return select(index - pageSize);
    case 'ArrowRight': {
      if (tree.childCount[row] === 0) return undefined;
      if (collapsed.has(row)) return { kind: 'expand', row };
      const below = rows[index + 1];
      return below !== undefined && tree.parent[below] === row
        ? { kind: 'select', row: below }
        : undefined;
    }
    case 'ArrowLeft': {
      if ((tree.childCount[row] as number) > 0 && !collapsed.has(row))
        return { kind: 'collapse', row };
      const parent = tree.parent[row] as number;
      return parent >= 0 ? { kind: 'select', row: parent } : undefined;
    }
    default:
      return undefined;
  }
}

/** The next visible row after the selected one whose name starts with the typed text. */
export function typeahead(
  tree: TraceTree,
  rows: Int32Array,
  selected: number,
  typed: string,
): number {
  const start = Math.max(0, indexOfRow(tree, rows, selected));
  const wanted = typed.toLowerCase();
  for (let offset = typed.length > 1 ? 0 : 1; offset <= rows.length; offset++) {
    const row = rows[(start + offset) % rows.length] as number;
    if (nameOf(tree, row).toLowerCase().startsWith(wanted)) return row;
  }
  return -1;
}
