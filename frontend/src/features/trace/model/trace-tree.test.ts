import { describe, expect, it } from 'vitest';
import { buildTraceTree, type Skeleton, toolTally } from './trace-tree';
import {
  carryOver,
  collapseAll,
  collapseOneLevel,
  expandOneLevel,
  failedRows,
  findRows,
  indexOfRow,
  nextRow,
  nothingCollapsed,
  reveal,
  toggle,
  topInSight,
  treeMove,
  typeahead,
  visibleRows,
  withAncestors,
} from './tree-view';

const GENERATION = 1;
const TOOL = 5;
const AGENT = 6;

/** A skeleton from [parent, type, name] rows with numbers that tests can add up by hand. */
function skeleton(
  rows: [parent: number, type: number, name: string][],
  over: Partial<Record<keyof Skeleton, unknown[]>> = {},
): Skeleton {
  const names = [...new Set(rows.map((row) => row[2]))];
  const fill = <T>(value: T): T[] => rows.map(() => value);
  return {
    ids: rows.map((_, i) => `id${i}`),
    parent: rows.map((row) => row[0]),
    type: rows.map((row) => row[1]),
    name: rows.map((row) => names.indexOf(row[2])),
    names,
    status: fill(1),
    startUs: rows.map((_, i) => i * 10),
    durationUs: fill(100),
    tokens: fill(null),
    costNanos: fill(null),
    flags: fill(0),
    ...over,
  } as Skeleton;
}

const sample = skeleton([
  [-1, AGENT, 'agent'],
  [0, GENERATION, 'plan'],
  [0, TOOL, 'search'],
  [2, GENERATION, 'rank'],
  [0, TOOL, 'search'],
  [-1, 0, 'late'],
]);

describe('buildTraceTree', () => {
  it('knows depth, subtree ends and places among siblings', () => {
    const tree = buildTraceTree(sample);
    expect([...tree.depth]).toEqual([0, 1, 1, 2, 1, 0]);
    expect([...tree.end]).toEqual([5, 2, 4, 4, 5, 6]);
    expect([...tree.position]).toEqual([1, 1, 2, 1, 3, 2]);
    expect([...tree.setSize]).toEqual([2, 3, 3, 1, 3, 2]);
    expect(tree.lastUs).toBe(150);
  });

  it('reaches up to now while something runs, but not endlessly', () => {
    const running = { ...sample, status: [3, 1, 1, 1, 1, 1] };
    expect(buildTraceTree(running, 5000).lastUs).toBe(5000);
    expect(buildTraceTree(running, 1e15).lastUs).toBe(60_000_150);
    expect(buildTraceTree(sample, 5000).lastUs).toBe(150);
  });

  it('brings rows that are not depth-first into order', () => {
    const tree = buildTraceTree(
      skeleton([
        [2, 0, 'leaf'],
        [-1, 0, 'other'],
        [-1, 0, 'root'],
        [2, 0, 'leaf2'],
      ]),
    );
    expect(tree.ids).toEqual(['id1', 'id2', 'id0', 'id3']);
    expect([...tree.parent]).toEqual([-1, -1, 1, 1]);
  });

  it('shows every row of a ring or of a parent that does not exist once', () => {
    const tree = buildTraceTree(
      skeleton([
        [1, 0, 'a'],
        [0, 0, 'b'],
        [99, 0, 'c'],
        [3, 0, 'd'],
      ]),
    );
    expect([...tree.ids].sort()).toEqual(['id0', 'id1', 'id2', 'id3']);
    expect(visibleRows(tree, nothingCollapsed).length).toBe(4);
    for (let row = 0; row < tree.size; row++) expect(tree.parent[row]).toBeLessThan(row);
  });

  it('counts tokens once: meters add up, reported totals only fill gaps, wrappers do not count', () => {
    const tree = buildTraceTree(
      skeleton(
        [
          [-1, AGENT, 'agent'], // reports 500, but 150 + 7 are known below
          [0, GENERATION, 'wrapper'], // wraps the next one
          [1, GENERATION, 'real'],
          [0, TOOL, 'tool'], // reports 7, nothing below says anything
          [3, 0, 'inner'],
        ],
        { tokens: [500, 150, 150, 7, null], flags: [0, 8, 0, 0, 0] },
      ),
    );
    expect([...tree.subtreeTokens]).toEqual([157, 150, 150, 7, Number.NaN]);
  });

  it('counts errors of the subtree', () => {
    const tree = buildTraceTree({ ...sample, status: [1, 1, 2, 2, 1, 2] });
    expect([...tree.subtreeErrors]).toEqual([2, 0, 2, 1, 0, 1]);
    expect(failedRows(tree)).toEqual([2, 3, 5]);
  });

  it('tallies tools without repeats of an ancestor', () => {
    expect(toolTally(buildTraceTree(sample), 0)).toEqual([{ name: 'search', count: 2 }]);
    const repeated = { ...sample, flags: [0, 0, 0, 0, 32, 0] };
    expect(toolTally(buildTraceTree(repeated), 0)).toEqual([{ name: 'search', count: 1 }]);
  });

  it('takes an unknown type number for a span', () => {
    const tree = buildTraceTree(skeleton([[-1, 200, 'x']]));
    expect(tree.type[0]).toBe(0);
  });
});

describe('visible rows', () => {
  const tree = buildTraceTree(sample);

  it('hides what is below a collapsed row', () => {
    expect([...visibleRows(tree, new Set([2]))]).toEqual([0, 1, 2, 4, 5]);
    expect([...visibleRows(tree, collapseAll(tree))]).toEqual([0, 1, 2, 4, 5]);
  });

  it('keeps only matches and their ancestors under a filter', () => {
    const keep = withAncestors(
      tree,
      findRows(tree, 'rank', (t) => t),
    );
    expect([...visibleRows(tree, nothingCollapsed, keep)]).toEqual([0, 2, 3]);
  });

  it('collapses and opens one level at a time', () => {
    const once = collapseOneLevel(tree, nothingCollapsed);
    expect([...visibleRows(tree, once)]).toEqual([0, 1, 2, 4, 5]);
    const twice = collapseOneLevel(tree, once);
    expect([...visibleRows(tree, twice)]).toEqual([0, 5]);
    expect([...visibleRows(tree, expandOneLevel(tree, twice))]).toEqual([0, 1, 2, 4, 5]);
  });

  it('reveals a hidden row without opening others', () => {
    const collapsed = reveal(tree, new Set([0, 2]), 1);
    expect([...collapsed]).toEqual([2]);
  });

  it('finds by every word in name or type', () => {
    expect(findRows(tree, 'SEARCH', (t) => t)).toEqual([2, 4]);
    expect(findRows(tree, 'generation ran', (t) => t)).toEqual([3]);
    expect(findRows(tree, '   ', (t) => t)).toEqual([]);
  });

  it('goes round when jumping', () => {
    expect(nextRow([2, 4], 4, 1)).toBe(2);
    expect(nextRow([2, 4], 3, 1)).toBe(4);
    expect(nextRow([2, 4], 2, -1)).toBe(4);
    expect(nextRow([], 0, 1)).toBe(-1);
  });

  it('falls back to the nearest visible ancestor', () => {
    const rows = visibleRows(tree, new Set([0]));
    expect(indexOfRow(tree, rows, 3)).toBe(0);
    expect(indexOfRow(tree, rows, 5)).toBe(1);
  });
});

describe('topInSight', () => {
  // Rows of 10 pixels, a pane of 50.
  it.each([
    ['above', 3, 70, 30],
    ['at the upper edge', 7, 70, 70],
    ['in the middle', 9, 70, 70],
    ['at the lower edge', 11, 70, 70],
    ['half below', 12, 75, 80],
    ['below', 40, 70, 360],
  ])('of a row %s', (_, index, top, expected) => {
    expect(topInSight(index, 10, top, 50)).toBe(expected);
  });

  it('shows the start of a row that is higher than the pane', () => {
    expect(topInSight(4, 10, 0, 6)).toBe(40);
  });
});

describe('treeMove', () => {
  const tree = buildTraceTree(sample);
  const rows = visibleRows(tree, nothingCollapsed);
  const move = (key: string, selected: number, collapsed = nothingCollapsed) =>
    treeMove(tree, visibleRows(tree, collapsed), collapsed, selected, key, 10);

  it.each([
    ['j', 0, { kind: 'select', row: 1 }],
    ['ArrowDown', 5, { kind: 'select', row: 5 }],
    ['k', 1, { kind: 'select', row: 0 }],
    ['ArrowDown', -1, { kind: 'select', row: 0 }],
    ['ArrowLeft', 0, { kind: 'collapse', row: 0 }],
    ['ArrowLeft', 3, { kind: 'select', row: 2 }],
    ['ArrowLeft', 5, undefined],
    ['ArrowRight', 2, { kind: 'select', row: 3 }],
    ['ArrowRight', 1, undefined],
    ['End', 0, { kind: 'select', row: 5 }],
    ['Home', 4, { kind: 'select', row: 0 }],
    ['PageDown', 0, { kind: 'select', row: 5 }],
    ['x', 0, undefined],
  ])('%s from row %i', (key, selected, expected) => {
    expect(move(key, selected)).toEqual(expected);
  });

  it('opens a collapsed row before going into it', () => {
    expect(move('ArrowRight', 2, new Set([2]))).toEqual({ kind: 'expand', row: 2 });
  });

  it('finds the next name by its first letters', () => {
    expect(typeahead(tree, rows, 2, 's')).toBe(4);
    expect(typeahead(tree, rows, 4, 's')).toBe(2);
    expect(typeahead(tree, rows, 0, 'ra')).toBe(3);
    expect(typeahead(tree, rows, 0, 'zz')).toBe(-1);
  });
});

it('toggles one row, or sets it', () => {
  expect([...toggle(nothingCollapsed, 3)]).toEqual([3]);
  expect([...toggle(new Set([3]), 3)]).toEqual([]);
  expect([...toggle(new Set([3]), 3, false)]).toEqual([3]);
});

it('keeps rows collapsed when a running trace grew', () => {
  const before = buildTraceTree(sample);
  const grown = { ...sample, ids: ['new', ...sample.ids.slice(0, 5)] };
  expect([...carryOver(new Set([0, 2]), before, buildTraceTree(grown))]).toEqual([1, 3]);
});

it('survives ten thousand rows that each hold the next', () => {
  const rows: [number, number, string][] = [[-1, 0, 'root']];
  for (let i = 1; i < 10_000; i++) rows.push([i - 1, i % 11, `n${i % 40}`]);
  const tree = buildTraceTree(skeleton(rows));
  expect(tree.depth[9_999]).toBe(9_999);
  expect(tree.end[0]).toBe(10_000);
});
