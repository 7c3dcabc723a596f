import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import {
  AlertOctagon,
  ChevronDown,
  ChevronsDownUp,
  ChevronsUpDown,
  ChevronUp,
  Filter,
  ListFilter,
  Search,
  ZoomOut,
} from 'lucide-react';
import { type KeyboardEvent, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { formatCount, formatDuration, plural } from '@/shared/format/number';
import { isLetterKey, lettersAreOn, useHotkeys } from '@/shared/hotkeys/hotkeys';
import { typeLabel } from '@/shared/observation-type';
import { phone, useMedia } from '@/shared/use-media';
import { Button, IconButton } from '@/ui/button';
import { controlClass } from '@/ui/field';
import {
  fitBar,
  isWhole,
  pan,
  type TimeWindow,
  ticks,
  wholeWindow,
  zoom,
} from '../model/time-scale';
import type { TraceTree } from '../model/trace-tree';
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
} from '../model/tree-view';
import { TreeRow } from './TreeRow';

const rowHeight = 28;
const phoneRowHeight = 44;
/** Letters typed within this time are one search for a name. */
const typeaheadMs = 700;
/** Keys that are commands here and therefore never start a search for a name. */
const commands = new Set(['j', 'k', '.', ',', '[', ']', '/', '?', 'f', 'e', '0']);

/** The tree with its waterfall: rows are drawn as they come into sight, keys follow the tree pattern. */
export function TreePane({
  tree,
  selected,
  onSelect,
  onOpen,
}: {
  tree: TraceTree;
  selected: number;
  onSelect: (row: number) => void;
  /** A row was chosen with intent, by a click or Enter, not just passed. */
  onOpen: () => void;
}) {
  const isPhone = useMedia(phone);
  const height = isPhone ? phoneRowHeight : rowHeight;
  const [drawn, setDrawn] = useState(tree);
  const [collapsed, setCollapsed] = useState(nothingCollapsed);
  const [search, setSearch] = useState('');
  const [isFiltering, setFiltering] = useState(false);
  const [onlyErrors, setOnlyErrors] = useState(false);
  const [window, setWindow] = useState<TimeWindow>(() => wholeWindow(tree.lastUs));
  if (tree !== drawn) {
    setDrawn(tree);
    setCollapsed(carryOver(collapsed, drawn, tree));
    if (isWhole(window, drawn.lastUs)) setWindow(wholeWindow(tree.lastUs));
  }

  const matches = useMemo(() => findRows(tree, search, typeLabel), [tree, search]);
  const errors = useMemo(() => failedRows(tree), [tree]);
  const matchSet = useMemo(() => new Set(matches), [matches]);
  const keep = useMemo(() => {
    if (onlyErrors) return withAncestors(tree, errors);
    return isFiltering && search.trim() ? withAncestors(tree, matches) : undefined;
  }, [tree, onlyErrors, errors, isFiltering, search, matches]);
  const rows = useMemo(() => visibleRows(tree, collapsed, keep), [tree, collapsed, keep]);
  const selectedIndex = indexOfRow(tree, rows, selected);

  const scroller = useRef<HTMLDivElement>(null);
  const treeBox = useRef<HTMLDivElement>(null);
  const searchBox = useRef<HTMLInputElement>(null);
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: 6,
    // The selected row stays in the page, for aria-activedescendant names it.
    rangeExtractor: useCallback(
      (range: Parameters<typeof defaultRangeExtractor>[0]) => {
        const shown = defaultRangeExtractor(range);
        return selectedIndex < 0 || shown.includes(selectedIndex)
          ? shown
          : [...shown, selectedIndex].sort((a, b) => a - b);
      },
      [selectedIndex],
    ),
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new height needs a new measure.
  useEffect(() => virtualizer.measure(), [virtualizer, height]);

  // Where the pane is scrolled to. Asking the page instead would make it lay out
  // what a key press has just changed, once more than the picture needs.
  const scrolledTo = useRef(0);
  const bringIntoSight = useCallback(
    (index: number) => {
      const sight = virtualizer.scrollRect?.height ?? 0;
      if (index < 0 || sight === 0) return;
      const top = topInSight(index, height, scrolledTo.current, sight);
      if (top === scrolledTo.current) return;
      scrolledTo.current = top;
      scroller.current?.scrollTo({ top });
    },
    [virtualizer, height],
  );
  // A row that is selected from elsewhere, or that was hidden until now.
  const isFirst = useRef(true);
  useEffect(() => {
    if (selectedIndex < 0) return;
    if (isFirst.current) virtualizer.scrollToIndex(selectedIndex, { align: 'center' });
    else bringIntoSight(selectedIndex);
    isFirst.current = false;
  }, [selectedIndex, virtualizer, bringIntoSight]);

  // Scrolling before the rows change, while the page is laid out, costs nothing.
  const selectInSight = useCallback(
    (row: number) => {
      bringIntoSight(indexOfRow(tree, rows, row));
      onSelect(row);
    },
    [tree, rows, onSelect, bringIntoSight],
  );
  const go = useCallback(
    (row: number) => {
      if (row < 0) return;
      setCollapsed((now) => reveal(tree, now, row));
      selectInSight(row);
    },
    [tree, selectInSight],
  );
  const jump = useCallback(
    (targets: readonly number[], direction: 1 | -1) => go(nextRow(targets, selected, direction)),
    [go, selected],
  );
  const move = (key: string) => {
    const pageRows = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / height) - 1);
    const command = treeMove(tree, rows, collapsed, selected, key, pageRows);
    if (!command) return;
    if (command.kind === 'select') selectInSight(command.row);
    else setCollapsed(toggle(collapsed, command.row, command.kind === 'expand'));
  };
  const step = (key: string) => {
    treeBox.current?.focus({ preventScroll: true });
    move(key);
  };

  useHotkeys('Trace tree', [
    { keys: ['j', 'ArrowDown'], label: 'Next step', run: () => step('j') },
    { keys: ['k', 'ArrowUp'], label: 'Previous step', run: () => step('k') },
    { keys: ['ArrowRight'], label: 'Open, or go to the first child' },
    { keys: ['ArrowLeft'], label: 'Close, or go to the parent' },
    { keys: ['.'], label: 'Next error', run: () => jump(errors, 1) },
    { keys: [','], label: 'Previous error', run: () => jump(errors, -1) },
    {
      keys: ['['],
      label: 'Close one level',
      run: () => setCollapsed(collapseOneLevel(tree, collapsed)),
    },
    {
      keys: [']'],
      label: 'Open one level',
      run: () => setCollapsed(expandOneLevel(tree, collapsed)),
    },
    { keys: ['/'], label: 'Search in the tree', run: () => searchBox.current?.focus() },
    { keys: ['f'], label: 'Fit the step into the timeline', run: () => fitRow(selected) },
    {
      keys: ['0'],
      label: 'Show the whole timeline',
      run: () => setWindow(wholeWindow(tree.lastUs)),
    },
    { keys: ['e'], label: 'Errors only', run: () => setOnlyErrors(!onlyErrors) },
  ]);

  const fitRow = useCallback(
    (row: number) => {
      const duration = tree.durationUs[row] as number;
      const start = tree.startUs[row] as number;
      const known = Number.isNaN(duration) ? tree.lastUs - start : duration;
      setWindow((now) => {
        const fitted = fitBar(start, known, tree.lastUs);
        return fitted.from === now.from && fitted.to === now.to ? wholeWindow(tree.lastUs) : fitted;
      });
    },
    [tree],
  );

  const typed = useRef({ text: '', at: 0 });
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      onOpen();
      return;
    }
    if (isLetterKey(event.key)) {
      const isSearchGoing = event.timeStamp - typed.current.at < typeaheadMs;
      if (!lettersAreOn() || (commands.has(event.key) && !isSearchGoing)) return;
      typed.current = {
        text: (isSearchGoing ? typed.current.text : '') + event.key,
        at: event.timeStamp,
      };
      const row = typeahead(tree, rows, selected, typed.current.text);
      event.preventDefault();
      if (row >= 0) selectInSight(row);
      return;
    }
    if (treeMove(tree, rows, collapsed, selected, event.key, 10)) {
      event.preventDefault();
      move(event.key);
    }
  };

  // A wheel with Ctrl (or a pinch) zooms the timeline. The listener must be
  // active to keep the page from zooming, which React's are not.
  const lane = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const box = scroller.current;
    if (!box) return;
    const onWheel = (event: WheelEvent) => {
      const place = lane.current?.getBoundingClientRect();
      if (!place || place.width === 0) return;
      if (event.ctrlKey) {
        event.preventDefault();
        const around = Math.min(1, Math.max(0, (event.clientX - place.left) / place.width));
        setWindow((now) => zoom(now, tree.lastUs, Math.exp(event.deltaY * 0.004), around));
      } else if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
        event.preventDefault();
        setWindow((now) => pan(now, tree.lastUs, event.deltaX / place.width));
      }
    };
    box.addEventListener('wheel', onWheel, { passive: false });
    return () => box.removeEventListener('wheel', onWheel);
  }, [tree]);

  const onToggle = useCallback((row: number) => setCollapsed((now) => toggle(now, row)), []);
  const onChoose = useCallback(
    (row: number) => {
      onSelect(row);
      onOpen();
      treeBox.current?.focus({ preventScroll: true });
    },
    [onSelect, onOpen],
  );

  const isZoomed = !isWhole(window, tree.lastUs);
  const hasSearch = search.trim() !== '';
  const place = matches.indexOf(selected);
  return (
    <section aria-label="Steps" className="@container flex h-full min-h-0 flex-col">
      <div className="flex shrink-0 flex-wrap items-center gap-1.5 border-b border-line px-3 py-1.5">
        <div className="relative min-w-28 flex-1 @lg:max-w-72">
          <span className="pointer-events-none absolute inset-y-0 left-2 flex items-center text-muted">
            <Search size={14} aria-hidden="true" />
          </span>
          <input
            ref={searchBox}
            aria-label="Search steps by name or type"
            placeholder="Search steps"
            value={search}
            onChange={(event) => {
              const next = event.target.value;
              setSearch(next);
              const found = findRows(tree, next, typeLabel);
              if (found.length > 0 && !found.includes(selected))
                go(nextRow(found, selected - 1, 1));
            }}
            onKeyDown={(event) => {
              if (event.key === 'Enter') {
                event.preventDefault();
                jump(matches, event.shiftKey ? -1 : 1);
              } else if (event.key === 'Escape') {
                if (search) setSearch('');
                else treeBox.current?.focus();
              } else if (event.key === 'ArrowDown') {
                event.preventDefault();
                treeBox.current?.focus();
              }
            }}
            autoComplete="off"
            spellCheck={false}
            className={`${controlClass} h-7 w-full pl-7`}
          />
        </div>
        {hasSearch && (
          <>
            <span role="status" className="figures text-xs whitespace-nowrap text-muted">
              {matches.length === 0
                ? 'No match'
                : place >= 0
                  ? `${formatCount(place + 1)} of ${formatCount(matches.length)}`
                  : plural(matches.length, 'match', 'matches')}
            </span>
            <IconButton
              label="Previous match"
              disabled={matches.length === 0}
              onClick={() => jump(matches, -1)}
            >
              <ChevronUp size={15} aria-hidden="true" />
            </IconButton>
            <IconButton
              label="Next match"
              disabled={matches.length === 0}
              onClick={() => jump(matches, 1)}
            >
              <ChevronDown size={15} aria-hidden="true" />
            </IconButton>
            <IconButton
              label="Show matches only"
              aria-pressed={isFiltering}
              onClick={() => setFiltering(!isFiltering)}
            >
              <ListFilter size={15} aria-hidden="true" />
            </IconButton>
          </>
        )}
        <span className="flex-1 @max-lg:hidden" />
        {errors.length > 0 && (
          <>
            <Button
              variant="quiet"
              className="h-7 px-2 text-error!"
              title="Go to the next error (.)"
              onClick={() => jump(errors, 1)}
            >
              <AlertOctagon size={14} aria-hidden="true" />
              {formatCount(errors.length)}
              <span className="@max-md:sr-only">{errors.length === 1 ? 'error' : 'errors'}</span>
            </Button>
            <IconButton
              label="Show errors only"
              aria-pressed={onlyErrors}
              onClick={() => setOnlyErrors(!onlyErrors)}
            >
              <Filter size={14} aria-hidden="true" />
            </IconButton>
          </>
        )}
        {isZoomed && (
          <IconButton
            label="Show the whole timeline"
            onClick={() => setWindow(wholeWindow(tree.lastUs))}
          >
            <ZoomOut size={15} aria-hidden="true" />
          </IconButton>
        )}
        <IconButton label="Collapse all" onClick={() => setCollapsed(collapseAll(tree))}>
          <ChevronsDownUp size={15} aria-hidden="true" />
        </IconButton>
        <IconButton label="Expand all" onClick={() => setCollapsed(nothingCollapsed)}>
          <ChevronsUpDown size={15} aria-hidden="true" />
        </IconButton>
      </div>
      {!isPhone && <TimeAxis window={window} laneRef={lane} />}
      <div
        ref={scroller}
        onScroll={(event) => {
          scrolledTo.current = event.currentTarget.scrollTop;
        }}
        className="min-h-0 flex-1 overflow-x-hidden overflow-y-auto"
      >
        <div
          ref={treeBox}
          role="tree"
          aria-label="Steps of the trace"
          tabIndex={0}
          aria-activedescendant={selectedIndex >= 0 ? `step-${rows[selectedIndex]}` : undefined}
          onKeyDown={onKeyDown}
          className="group/tree relative outline-none"
          style={{ height: virtualizer.getTotalSize() }}
        >
          {virtualizer.getVirtualItems().map((item) => {
            const row = rows[item.index] as number;
            return (
              <TreeRow
                key={tree.ids[row]}
                tree={tree}
                row={row}
                top={item.start}
                height={height}
                isSelected={item.index === selectedIndex}
                isCollapsed={collapsed.has(row)}
                isMatch={hasSearch && matchSet.has(row)}
                isPhone={isPhone}
                window={window}
                onChoose={onChoose}
                onToggle={onToggle}
                onFit={fitRow}
              />
            );
          })}
        </div>
      </div>
      <p
        role="status"
        className="figures shrink-0 border-t border-line px-3 py-1 text-xs text-muted"
      >
        {keep
          ? `${formatCount(rows.length)} of ${plural(tree.size, 'step')} shown`
          : plural(tree.size, 'step')}
      </p>
    </section>
  );
}

/** Moments over the lanes. Its lane has the place and width of those in the rows. */
function TimeAxis({
  window,
  laneRef,
}: {
  window: TimeWindow;
  laneRef: React.RefObject<HTMLDivElement | null>;
}) {
  const span = window.to - window.from;
  return (
    <div
      aria-hidden="true"
      className="figures flex h-6 shrink-0 border-b border-line bg-surface text-xs text-muted"
    >
      <div className="tree-name flex items-center pl-3">Step</div>
      <div className="tree-tokens @max-2xl:hidden flex items-center justify-end">Tokens</div>
      <div className="tree-cost @max-2xl:hidden flex items-center justify-end pr-3">Cost</div>
      <div ref={laneRef} className="relative mr-3 min-w-0 flex-1">
        {ticks(window, 4).map((at) => {
          const left = (at - window.from) / span;
          return (
            <span
              key={at}
              className="absolute top-0 flex h-full items-center border-l border-line pl-1 whitespace-nowrap"
              style={{ left: `${left * 100}%` }}
            >
              {left < 0.9 && formatDuration(at / 1000)}
            </span>
          );
        })}
      </div>
    </div>
  );
}
