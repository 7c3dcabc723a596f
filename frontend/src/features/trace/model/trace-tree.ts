/**
 * The tree of one trace as flat arrays, so that ten thousand rows cost
 * kilobytes and every question a viewer asks is a loop over numbers.
 */

/** Names of the observation types, at the numbers that the skeleton uses. */
export const typeOrder = [
  'SPAN',
  'GENERATION',
  'RETRIEVAL',
  'RERANKING',
  'EMBEDDING',
  'TOOL_CALL',
  'AGENT',
  'CHAIN',
  'GUARDRAIL',
  'EVALUATOR',
  'EVENT',
] as const;

export type TypeName = (typeof typeOrder)[number];

/** Status numbers of the skeleton. */
export const statusError = 2;
export const statusRunning = 3;

/** Flag bits of the skeleton. */
export const flagOrphan = 1;
export const flagWrapper = 8;
export const flagRoot = 16;
export const flagRepeat = 32;

const maxFlag = 63;

/** What the server sends: parallel lists, one entry a row. */
export interface Skeleton {
  ids: readonly string[];
  parent: readonly number[];
  type: readonly number[];
  name: readonly number[];
  names: readonly string[];
  status: readonly number[];
  startUs: readonly number[];
  durationUs: readonly (number | null)[];
  tokens: readonly (number | null)[];
  costNanos: readonly (number | null)[];
  flags: readonly number[];
}

/** Rows in depth-first order. Unknown numbers are NaN; times are microseconds after the trace's start. */
export interface TraceTree {
  readonly size: number;
  readonly ids: readonly string[];
  /** The row of each id. */
  readonly rowOfId: ReadonlyMap<string, number>;
  /** The row of the parent, -1 at the top. */
  readonly parent: Int32Array;
  readonly depth: Int32Array;
  /** One past the last row below, so that row..end is the subtree. */
  readonly end: Int32Array;
  readonly childCount: Int32Array;
  /** Place among the siblings, from 1, and how many siblings there are. */
  readonly position: Int32Array;
  readonly setSize: Int32Array;
  readonly type: Uint8Array;
  readonly name: Int32Array;
  readonly names: readonly string[];
  readonly status: Uint8Array;
  readonly startUs: Float64Array;
  readonly durationUs: Float64Array;
  readonly tokens: Float64Array;
  readonly costNanos: Float64Array;
  readonly flags: Uint8Array;
  /** Tokens of the subtree, each counted once. */
  readonly subtreeTokens: Float64Array;
  readonly subtreeCostNanos: Float64Array;
  /** Failed rows in the subtree, the row itself included. */
  readonly subtreeErrors: Int32Array;
  /** When the last row ends or, where it still runs, started. */
  readonly lastUs: number;
}

const metered = new Set([
  typeOrder.indexOf('GENERATION'),
  typeOrder.indexOf('EMBEDDING'),
  typeOrder.indexOf('RERANKING'),
]);

/**
 * Builds the tree. The server sends rows depth-first; rows that claim another
 * order are brought into it, and a parent that does not exist makes a top row,
 * so that no input can hide a row or loop. elapsedUs is how long ago the trace
 * began: where a row still runs, the axis reaches up to now.
 */
export function buildTraceTree(skeleton: Skeleton, elapsedUs = 0): TraceTree {
  const size = skeleton.ids.length;
  const order = depthFirst(skeleton.parent, size);
  const rowAt = new Int32Array(size);
  for (let row = 0; row < size; row++) rowAt[order[row] as number] = row;

  const ids = Array.from(order, (source) => skeleton.ids[source] as string);
  const tree = {
    size,
    ids,
    rowOfId: new Map(ids.map((id, row) => [id, row])),
    parent: new Int32Array(size),
    depth: new Int32Array(size),
    end: new Int32Array(size),
    childCount: new Int32Array(size),
    position: new Int32Array(size),
    setSize: new Int32Array(size),
    type: new Uint8Array(size),
    name: new Int32Array(size),
    names: skeleton.names,
    status: new Uint8Array(size),
    startUs: new Float64Array(size),
    durationUs: new Float64Array(size),
    tokens: new Float64Array(size),
    costNanos: new Float64Array(size),
    flags: new Uint8Array(size),
    subtreeTokens: new Float64Array(size),
    subtreeCostNanos: new Float64Array(size),
    subtreeErrors: new Int32Array(size),
    lastUs: 0,
  };

  let tops = 0;
  for (let row = 0; row < size; row++) {
    const source = order[row] as number;
    const above = validParent(skeleton.parent, source, size);
    const parent = above < 0 ? -1 : (rowAt[above] as number);
    const isTop = parent < 0 || parent >= row;
    tree.parent[row] = isTop ? -1 : parent;
    tree.depth[row] = isTop ? 0 : (tree.depth[parent] as number) + 1;
    if (isTop) {
      tops++;
      tree.position[row] = tops;
    } else {
      tree.childCount[parent] = (tree.childCount[parent] as number) + 1;
      tree.position[row] = tree.childCount[parent] as number;
    }
    const type = skeleton.type[source] ?? 0;
    tree.type[row] = type < typeOrder.length ? type : 0;
    tree.name[row] = skeleton.name[source] ?? 0;
    tree.status[row] = skeleton.status[source] ?? 0;
    tree.startUs[row] = skeleton.startUs[source] ?? 0;
    tree.durationUs[row] = skeleton.durationUs[source] ?? Number.NaN;
    tree.tokens[row] = skeleton.tokens[source] ?? Number.NaN;
    tree.costNanos[row] = skeleton.costNanos[source] ?? Number.NaN;
    tree.flags[row] = (skeleton.flags[source] ?? 0) & maxFlag;
    const duration = tree.durationUs[row] as number;
    const last = (tree.startUs[row] as number) + (Number.isNaN(duration) ? 0 : duration);
    if (last > tree.lastUs) tree.lastUs = last;
  }

  if (tree.status.includes(statusRunning)) {
    // A row whose end was lost runs for ever: it must not squeeze the others.
    const longest = Math.max(tree.lastUs * 3, tree.lastUs + 60_000_000);
    tree.lastUs = Math.max(tree.lastUs, Math.min(elapsedUs, longest));
  }
  rollUp(tree, tops);
  return tree;
}

/** The row with a global id, or -1. */
export function rowOfId(tree: TraceTree, id: string | undefined): number {
  return (id === undefined ? undefined : tree.rowOfId.get(id)) ?? -1;
}

/** The name of a row. */
export function nameOf(tree: TraceTree, row: number): string {
  return tree.names[tree.name[row] as number] ?? '';
}

/** The type of a row. */
export function typeOf(tree: TraceTree, row: number): TypeName {
  return typeOrder[tree.type[row] as number] ?? 'SPAN';
}

/** Whether a row is of a type that consumes tokens itself and stands around no other that does. */
export function isMetered(tree: TraceTree, row: number): boolean {
  return metered.has(tree.type[row] as number) && ((tree.flags[row] as number) & flagWrapper) === 0;
}

/** How often each tool was called below a row, most frequent first; repeats of an ancestor's call are left out. */
export function toolTally(tree: TraceTree, row: number): { name: string; count: number }[] {
  const tool = typeOrder.indexOf('TOOL_CALL');
  const counts = new Map<number, number>();
  for (let below = row + 1; below < (tree.end[row] as number); below++) {
    if (tree.type[below] !== tool || ((tree.flags[below] as number) & flagRepeat) !== 0) continue;
    const name = tree.name[below] as number;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return Array.from(counts, ([name, count]) => ({ name: tree.names[name] ?? '', count })).sort(
    (a, b) => b.count - a.count || a.name.localeCompare(b.name),
  );
}

function validParent(parents: readonly number[], row: number, size: number): number {
  const parent = parents[row] ?? -1;
  return Number.isInteger(parent) && parent >= 0 && parent < size && parent !== row ? parent : -1;
}

function depthFirst(parents: readonly number[], size: number): Int32Array {
  const order = new Int32Array(size);
  if (isDepthFirst(parents, size)) {
    for (let row = 0; row < size; row++) order[row] = row;
    return order;
  }
  const children: number[][] = Array.from({ length: size }, () => []);
  const tops: number[] = [];
  for (let row = 0; row < size; row++) {
    const parent = validParent(parents, row, size);
    if (parent < 0) tops.push(row);
    else children[parent]?.push(row);
  }
  const seen = new Uint8Array(size);
  let filled = 0;
  const walk = (top: number) => {
    const stack = [top];
    while (stack.length > 0) {
      const row = stack.pop() as number;
      if (seen[row]) continue;
      seen[row] = 1;
      order[filled++] = row;
      const below = children[row] ?? [];
      for (let i = below.length - 1; i >= 0; i--) stack.push(below[i] as number);
    }
  };
  for (const top of tops) walk(top);
  // Whatever no top reaches is a ring: it is entered at its first row.
  for (let row = 0; row < size; row++) if (!seen[row]) walk(row);
  return order;
}

function isDepthFirst(parents: readonly number[], size: number): boolean {
  const open: number[] = [];
  for (let row = 0; row < size; row++) {
    const parent = parents[row] ?? -1;
    if (parent === -1) open.length = 0;
    else {
      while (open.length > 0 && open[open.length - 1] !== parent) open.pop();
      if (open.length === 0) return false;
    }
    open.push(row);
  }
  return true;
}

type Rolled = {
  -readonly [K in keyof TraceTree]: TraceTree[K];
};

function rollUp(tree: Rolled, tops: number): void {
  const sum = (values: Float64Array, row: number, value: number) => {
    if (Number.isNaN(value)) return;
    const before = values[row] as number;
    values[row] = Number.isNaN(before) ? value : before + value;
  };
  tree.subtreeTokens.fill(Number.NaN);
  tree.subtreeCostNanos.fill(Number.NaN);
  // Rows come before what is below them, so going backwards meets children first.
  for (let row = tree.size - 1; row >= 0; row--) {
    const parent = tree.parent[row] as number;
    tree.setSize[row] = parent < 0 ? tops : (tree.childCount[parent] as number);
    if ((tree.end[row] as number) === 0) tree.end[row] = row + 1;
    // A meter counts beside what is below it. A reported total, or a wrapper's
    // count, is only the word for it where nothing below says anything.
    const counts = isMetered(tree, row);
    if (counts || Number.isNaN(tree.subtreeTokens[row] as number)) {
      sum(tree.subtreeTokens, row, tree.tokens[row] as number);
    }
    if (counts || Number.isNaN(tree.subtreeCostNanos[row] as number)) {
      sum(tree.subtreeCostNanos, row, tree.costNanos[row] as number);
    }
    if (tree.status[row] === statusError) {
      tree.subtreeErrors[row] = (tree.subtreeErrors[row] as number) + 1;
    }
    if (parent < 0) continue;
    sum(tree.subtreeTokens, parent, tree.subtreeTokens[row] as number);
    sum(tree.subtreeCostNanos, parent, tree.subtreeCostNanos[row] as number);
    tree.subtreeErrors[parent] =
      (tree.subtreeErrors[parent] as number) + (tree.subtreeErrors[row] as number);
    tree.end[parent] = Math.max(tree.end[parent] as number, tree.end[row] as number);
  }
}
