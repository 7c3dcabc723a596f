import { CircleAlert, ListTree } from 'lucide-react';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useQuery } from 'urql';
import { readFragment } from '@/gql';
import {
  TraceHeaderFragmentDoc,
  TraceOverviewDocument,
  type TraceOverviewQuery,
} from '@/gql/graphql';
import { describeError, type Problem } from '@/shared/api/errors';
import { plainLine } from '@/shared/format/plain-line';
import { useStored } from '@/shared/stored';
import { narrow, useMedia } from '@/shared/use-media';
import { Splitter } from '@/ui/split';
import { EmptyState, ErrorState, Skeleton } from '@/ui/states';
import { buildTraceTree, flagRoot, rowOfId } from '../model/trace-tree';
import type { TabName, TraceViewSearch } from '../model/trace-view-search';
import { DetailPane } from './DetailPane';
import { TraceHeader } from './TraceHeader';
import { TreePane } from './TreePane';

type LoadedTrace = NonNullable<NonNullable<TraceOverviewQuery['project']>['trace']>;

/** One trace: its facts, its tree with a waterfall, and the details of one step. */
export function TracePage({
  projectId,
  traceId,
  search,
  onSearch,
}: {
  projectId: string;
  traceId: string;
  search: TraceViewSearch;
  onSearch: (search: TraceViewSearch) => void;
}) {
  const [{ data, fetching, error }, reload] = useQuery({
    query: TraceOverviewDocument,
    variables: { projectId, traceId },
  });
  const refresh = useCallback(() => reload({ requestPolicy: 'network-only' }), [reload]);
  const read = data?.project?.trace;
  // What was read once stays on the page where reading it again fails.
  const [last, setLast] = useState({ traceId, trace: read });
  if (read ? read !== last.trace : traceId !== last.traceId) setLast({ traceId, trace: read });
  const isKept = (error || fetching) && last.traceId === traceId;
  const trace = read ?? (isKept ? last.trace : undefined);
  if (trace) {
    return (
      <TraceView
        projectId={projectId}
        trace={trace}
        isLoading={fetching}
        problem={error && !read ? describeError(error) : undefined}
        onRefresh={refresh}
        search={search}
        onSearch={onSearch}
      />
    );
  }
  if (error) return <ErrorState problem={describeError(error)} onRetry={refresh} />;
  if (fetching) return <TraceSkeleton />;
  return (
    <EmptyState icon={ListTree} title="This trace is not here">
      It was never received, its time to be kept is over, or it belongs to another project. A trace
      that is on its way appears as soon as its first step arrives.
    </EmptyState>
  );
}

function TraceView({
  projectId,
  trace,
  isLoading,
  problem,
  onRefresh,
  search,
  onSearch,
}: {
  projectId: string;
  trace: LoadedTrace;
  isLoading: boolean;
  /** Why the trace could not be read again. */
  problem: Problem | undefined;
  onRefresh: () => void;
  search: TraceViewSearch;
  onSearch: (search: TraceViewSearch) => void;
}) {
  const { skeleton } = trace;
  const { startedAt, name: givenName } = readFragment(TraceHeaderFragmentDoc, trace);
  const tree = useMemo(
    () => buildTraceTree(skeleton, (Date.now() - Date.parse(startedAt)) * 1000),
    [skeleton, startedAt],
  );
  const isNarrow = useMedia(narrow);
  const [share, setShare] = useStored('trace-split', 56, (value) =>
    typeof value === 'number' && value >= 25 && value <= 80 ? value : undefined,
  );
  const name = givenName ?? '';
  useEffect(() => {
    document.title = `${plainLine(name, 80) || 'Unnamed trace'} – Treeline`;
  }, [name]);

  const { selectedId, select, onTab } = useSelection(search, onSearch);
  const found = rowOfId(tree, selectedId);
  const selected =
    found >= 0
      ? found
      : Math.max(
          0,
          tree.flags.findIndex((f) => (f & flagRoot) !== 0),
        );
  // On a narrow screen the details cover the tree; a link to a step opens them.
  const [isDetailOpen, setDetailOpen] = useState(found >= 0);

  const onSelect = useCallback((row: number) => select(tree.ids[row] as string), [select, tree]);
  const onOpen = useCallback(() => setDetailOpen(true), []);

  const header = (
    <>
      <TraceHeader
        projectId={projectId}
        trace={trace}
        isLoading={isLoading}
        onRefresh={onRefresh}
      />
      {problem && (
        <p
          role="alert"
          className="flex shrink-0 items-start gap-2 border-b border-line bg-error-bg px-3 py-1.5 text-sm text-error sm:px-4"
        >
          <CircleAlert size={14} aria-hidden="true" className="mt-[3px] shrink-0" />
          <span className="foreign">
            This is the trace as it was before. {problem.title}. {problem.detail}
          </span>
        </p>
      )}
    </>
  );
  if (tree.size === 0) {
    return (
      <>
        {header}
        <EmptyState icon={ListTree} title="No steps yet">
          The trace is known, but none of its steps has arrived.
        </EmptyState>
      </>
    );
  }
  const treePane = <TreePane tree={tree} selected={selected} onSelect={onSelect} onOpen={onOpen} />;
  const detailPane = (
    <DetailPane
      tree={tree}
      row={selected}
      tab={search.tab ?? 'content'}
      onTab={onTab}
      onBack={isNarrow ? () => setDetailOpen(false) : undefined}
    />
  );
  if (isNarrow) {
    return isDetailOpen ? (
      <>
        <h1 className="sr-only">{plainLine(name, 200) || 'Unnamed trace'}</h1>
        {detailPane}
      </>
    ) : (
      <>
        {header}
        <div className="min-h-0 flex-1">{treePane}</div>
      </>
    );
  }
  return (
    <>
      {header}
      <div className="flex min-h-0 flex-1">
        <div className="min-w-0" style={{ width: `${share}%` }}>
          {treePane}
        </div>
        <Splitter label="Width of the tree" value={share} min={25} max={80} onChange={setShare} />
        <div className="min-w-0 flex-1">{detailPane}</div>
      </div>
    </>
  );
}

/** Writing every step of a walk through the tree into the address would slow it down. */
const addressRestMs = 200;

/** The selected step: at once on the page, a moment later in the address. */
function useSelection(search: TraceViewSearch, onSearch: (search: TraceViewSearch) => void) {
  const [selectedId, setSelectedId] = useState(search.span);
  const [seen, setSeen] = useState(search.span);
  // The address may change by another way, such as "back"; then it wins.
  if (search.span !== seen) {
    setSeen(search.span);
    setSelectedId(search.span);
  }
  const latest = useRef({ search, onSearch, selectedId });
  useEffect(() => {
    latest.current = { search, onSearch, selectedId };
  });
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const select = useCallback((id: string) => {
    setSelectedId(id);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      setSeen(id);
      latest.current.onSearch({ ...latest.current.search, span: id });
    }, addressRestMs);
  }, []);
  const onTab = useCallback((tab: TabName) => {
    clearTimeout(timer.current);
    const { search, onSearch, selectedId } = latest.current;
    onSearch({ ...search, span: selectedId, tab: tab === 'content' ? undefined : tab });
  }, []);
  return { selectedId, select, onTab };
}

function TraceSkeleton() {
  return (
    <div role="status" className="flex flex-1 flex-col">
      <span className="sr-only">Loading the trace…</span>
      <div className="flex flex-col gap-3 border-b border-line px-4 py-3">
        <Skeleton className="h-4 w-72" />
        <Skeleton className="w-96 max-w-full" />
      </div>
      {Array.from({ length: 12 }, (_, index) => (
        <div
          // biome-ignore lint/suspicious/noArrayIndexKey: the rows are all alike.
          key={index}
          className="flex h-7 items-center gap-4 px-4"
          style={{ opacity: 1 - index / 14 }}
        >
          <span style={{ width: (index % 4) * 16 }} />
          <Skeleton className="w-40" />
          <Skeleton className="w-60 max-w-[30%]" />
        </div>
      ))}
    </div>
  );
}
