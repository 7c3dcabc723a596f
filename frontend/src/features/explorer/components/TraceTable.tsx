import { Link } from '@tanstack/react-router';
import { useTable } from '@tanstack/react-table';
import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import clsx from 'clsx';
import { ArrowDown, ArrowUp } from 'lucide-react';
import {
  type KeyboardEvent,
  memo,
  type ReactNode,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { describeError } from '@/shared/api/errors';
import { formatDuration } from '@/shared/format/number';
import { useHotkeys } from '@/shared/hotkeys/hotkeys';
import { Money, StateBadge, Tokens } from '@/shared/trace-facts';
import { phone, useMedia } from '@/shared/use-media';
import { Button } from '@/ui/button';
import { Moment } from '@/ui/moment';
import { Skeleton } from '@/ui/states';
import type { TraceRow, useTraceList } from '../hooks/use-trace-list';
import { orderLabels, type TraceSearch } from '../model/trace-search';
import {
  type ColumnChoice,
  columns,
  displayName,
  features,
  isRightAligned,
  ordersOf,
} from './columns';
import type { OnSearch } from './TraceListPage';

const rowHeight = 36;
const cardHeight = 72;
const headHeight = 32;

/** The rows; virtual, endless, each a real link. One row takes the focus, keys move it. */
export function TraceTable({
  projectId,
  traces,
  columns: choice,
  search,
  onSearch,
}: {
  projectId: string;
  traces: ReturnType<typeof useTraceList>;
  columns: ColumnChoice;
  search: TraceSearch;
  onSearch: OnSearch;
}) {
  const { list, isLoadingMore, moreError, loadMore } = traces;
  const rows = list?.pages.rows as TraceRow[];
  const hasMore = list?.pages.hasMore ?? false;
  const isPhone = useMedia(phone);
  const scroller = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(0);
  const activeIndex = Math.min(active, rows.length - 1);

  const columnVisibility = useMemo(
    () => Object.fromEntries(choice.hidden.map((id) => [id, false])),
    [choice.hidden],
  );
  const table = useTable({ features, columns, data: rows, state: { columnVisibility } });
  const tableRows = table.getRowModel().rows;
  const height = isPhone ? cardHeight : rowHeight;

  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: 8,
    initialOffset: list?.scrollTop ?? 0,
    scrollPaddingStart: isPhone ? 0 : headHeight,
    // The row with the focus stays in the page, wherever one scrolls.
    rangeExtractor: useCallback(
      (range: Parameters<typeof defaultRangeExtractor>[0]) => {
        const shown = defaultRangeExtractor(range);
        return shown.includes(activeIndex) ? shown : [...shown, activeIndex].sort((a, b) => a - b);
      },
      [activeIndex],
    ),
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new height needs a new measure.
  useEffect(() => virtualizer.measure(), [virtualizer, height]);

  const virtualRows = virtualizer.getVirtualItems();
  const lastIndex = virtualRows.at(-1)?.index ?? 0;
  useEffect(() => {
    if (hasMore && !moreError && lastIndex >= rows.length - 15) void loadMore();
  }, [hasMore, moreError, lastIndex, rows.length, loadMore]);

  const focusRow = useCallback(
    (to: number) => {
      const index = Math.min(rows.length - 1, Math.max(0, to));
      setActive(index);
      virtualizer.scrollToIndex(index, { align: 'auto' });
      // The row may first have to be drawn.
      requestAnimationFrame(() => {
        scroller.current
          ?.querySelector<HTMLElement>(`[data-index="${index}"] a`)
          ?.focus({ preventScroll: true });
      });
    },
    [rows.length, virtualizer],
  );

  // The first press takes the focus to the row that has it in waiting.
  const step = (by: number) => {
    const isInside = scroller.current?.contains(document.activeElement);
    focusRow(isInside ? activeIndex + by : activeIndex);
  };
  useHotkeys('Trace list', [
    { keys: ['j'], label: 'Next trace', run: () => step(1) },
    { keys: ['k'], label: 'Previous trace', run: () => step(-1) },
    { keys: ['Enter'], label: 'Open the trace' },
  ]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const pageRows = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / height) - 2);
    const target = {
      ArrowDown: activeIndex + 1,
      ArrowUp: activeIndex - 1,
      Home: 0,
      End: rows.length - 1,
      PageDown: activeIndex + pageRows,
      PageUp: activeIndex - pageRows,
    }[event.key];
    if (target === undefined || !(event.target as Element).closest('[role="row"] a')) return;
    event.preventDefault();
    focusRow(target);
  };

  const leafColumns = table.getVisibleLeafColumns();
  const template = leafColumns
    .map((column) =>
      column.id === 'name' || column.id === 'input' || column.id === 'output'
        ? `minmax(${column.getSize()}px, 1fr)`
        : `${column.getSize()}px`,
    )
    .join(' ');
  const width = leafColumns.reduce((sum, column) => sum + column.getSize(), 0);

  return (
    <div
      ref={scroller}
      onScroll={(event) => {
        if (list) list.scrollTop = event.currentTarget.scrollTop;
      }}
      className={clsx(
        'min-h-0 flex-1 overflow-auto transition-opacity',
        traces.isLoading && 'opacity-60',
      )}
    >
      <div
        role="grid"
        aria-label="Traces"
        aria-rowcount={hasMore ? -1 : rows.length + 1}
        aria-colcount={leafColumns.length}
        aria-busy={traces.isLoading}
        tabIndex={-1}
        onKeyDown={onKeyDown}
      >
        <div role="rowgroup" className={clsx('sticky top-0 z-10 bg-surface', isPhone && 'sr-only')}>
          <div
            role="row"
            aria-rowindex={1}
            className="grid border-b border-line text-xs text-muted"
            style={{ gridTemplateColumns: template, minWidth: width, height: headHeight }}
          >
            {leafColumns.map((column) => (
              <ColumnHead
                key={column.id}
                id={column.id}
                label={String(column.columnDef.header)}
                search={search}
                onSearch={onSearch}
              />
            ))}
          </div>
        </div>
        <div
          role="rowgroup"
          className="relative"
          style={{ height: virtualizer.getTotalSize(), minWidth: isPhone ? undefined : width }}
        >
          {virtualRows.map((item) => {
            const row = tableRows[item.index];
            const trace = rows[item.index];
            if (!row || !trace) return null;
            return (
              <div
                key={trace.id}
                role="row"
                aria-rowindex={item.index + 2}
                data-index={item.index}
                className="absolute inset-x-0 border-b border-line hover:bg-surface has-[a:focus-visible]:bg-selected"
                style={{
                  height,
                  transform: `translateY(${item.start}px)`,
                  ...(isPhone ? {} : { display: 'grid', gridTemplateColumns: template }),
                }}
              >
                {isPhone ? (
                  <TraceCard
                    trace={trace}
                    projectId={projectId}
                    isActive={item.index === activeIndex}
                    columnCount={leafColumns.length}
                  />
                ) : (
                  row.getVisibleCells().map((cell) => (
                    <div
                      key={cell.id}
                      role="gridcell"
                      className={clsx(
                        'flex min-w-0 items-center overflow-hidden px-3 text-sm whitespace-nowrap',
                        isRightAligned(cell.column.id) && 'justify-end',
                      )}
                    >
                      {cell.column.id === 'name' ? (
                        <TraceLink
                          trace={trace}
                          projectId={projectId}
                          isActive={item.index === activeIndex}
                        />
                      ) : (
                        <Cell id={cell.column.id}>
                          <table.FlexRender cell={cell} />
                        </Cell>
                      )}
                    </div>
                  ))
                )}
              </div>
            );
          })}
        </div>
      </div>
      <div
        role="status"
        className="sticky left-0 flex h-14 w-full max-w-[100vw] items-center justify-center gap-3 px-4 text-sm text-muted"
      >
        {isLoadingMore && 'Loading more…'}
        {moreError && (
          <>
            <span>{describeError(moreError).title}.</span>
            <Button onClick={() => void loadMore()}>Try again</Button>
          </>
        )}
        {!hasMore && rows.length > 10 && 'No more traces'}
      </div>
    </div>
  );
}

/** The name of a trace as a link that covers its whole row. */
const TraceLink = memo(function TraceLink({
  trace,
  projectId,
  isActive,
}: {
  trace: TraceRow;
  projectId: string;
  isActive: boolean;
}) {
  const name = displayName(trace);
  return (
    <Link
      to="/projects/$projectId/traces/$traceId"
      params={{ projectId, traceId: trace.traceId }}
      tabIndex={isActive ? 0 : -1}
      title={name}
      className="foreign min-w-0 truncate font-medium after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent"
    >
      {name}
    </Link>
  );
});

/** Text is cut with an ellipsis; what is more than text is centred on the row. */
function Cell({ id, children }: { id: string; children: ReactNode }) {
  const isText = !['state', 'counts', 'tags', 'cost'].includes(id);
  return (
    <span
      className={
        isText ? 'min-w-0 truncate' : clsx('flex min-w-0 items-center', id === 'counts' && 'flex-1')
      }
    >
      {children}
    </span>
  );
}

/** A row on a phone: two lines instead of columns. */
function TraceCard({
  trace,
  projectId,
  isActive,
  columnCount,
}: {
  trace: TraceRow;
  projectId: string;
  isActive: boolean;
  columnCount: number;
}) {
  return (
    <div
      role="gridcell"
      aria-colspan={columnCount}
      className="flex h-full flex-col justify-center gap-1 px-4"
    >
      <div className="flex min-w-0 items-center gap-2">
        <TraceLink trace={trace} projectId={projectId} isActive={isActive} />
        <span className="flex-1" />
        <StateBadge state={trace.state} />
      </div>
      <div className="flex min-w-0 items-center gap-3 text-xs text-muted">
        <Moment iso={trace.startedAt} />
        <span className="flex-1" />
        {trace.durationMs !== null && (
          <span className="figures">{formatDuration(trace.durationMs)}</span>
        )}
        {trace.usage.totalTokens !== null && (
          <span className="whitespace-nowrap">
            <Tokens usage={trace.usage} /> tok
          </span>
        )}
        {(trace.cost.total !== null || !trace.cost.isComplete) && <Money cost={trace.cost} />}
      </div>
    </div>
  );
}

function ColumnHead({
  id,
  label,
  search,
  onSearch,
}: {
  id: string;
  label: string;
  search: TraceSearch;
  onSearch: OnSearch;
}) {
  const orders = ordersOf(id);
  const current = search.sort ?? 'newest';
  const index = orders.indexOf(current);
  if (orders.length === 0) {
    return (
      <div role="columnheader" className="flex items-center px-3 font-medium">
        {label}
      </div>
    );
  }
  const next = orders[index + 1] ?? (id === 'time' ? 'newest' : index < 0 ? orders[0] : 'newest');
  const isAscending = current === 'oldest';
  return (
    <div
      role="columnheader"
      aria-sort={index < 0 ? 'none' : isAscending ? 'ascending' : 'descending'}
      className={clsx('flex items-center', isRightAligned(id) && 'justify-end')}
    >
      <button
        type="button"
        title={next ? orderLabels[next] : undefined}
        onClick={() => onSearch({ ...search, sort: next === 'newest' ? undefined : next })}
        className={clsx(
          'flex h-full items-center gap-1 px-3 font-medium hover:text-ink focus-visible:-outline-offset-2',
          index >= 0 && 'text-ink',
          isRightAligned(id) && 'flex-row-reverse',
        )}
      >
        {label}
        {index >= 0 &&
          (isAscending ? (
            <ArrowUp size={12} aria-hidden="true" />
          ) : (
            <ArrowDown size={12} aria-hidden="true" />
          ))}
      </button>
    </div>
  );
}

/** Grey rows while the first page is on its way. */
export function TraceTableSkeleton() {
  return (
    <div className="flex-1 overflow-hidden" role="status">
      <span className="sr-only">Loading traces…</span>
      <div className="border-b border-line bg-surface" style={{ height: headHeight }} />
      {Array.from({ length: 14 }, (_, index) => (
        <div
          // biome-ignore lint/suspicious/noArrayIndexKey: the rows are all alike.
          key={index}
          className="flex items-center gap-6 border-b border-line px-3"
          style={{ height: rowHeight, opacity: 1 - index / 16 }}
        >
          <Skeleton className="w-24" />
          <Skeleton className="w-44" />
          <Skeleton className="w-16" />
          <Skeleton className="w-14" />
          <Skeleton className="hidden w-72 sm:block" />
        </div>
      ))}
    </div>
  );
}
