import { useCallback, useEffect, useReducer, useRef } from 'react';
import { type CombinedError, useClient } from 'urql';
import { type FragmentType, readFragment } from '@/gql';
import {
  TraceCountDocument,
  type TraceFilter,
  TraceListDocument,
  type TraceRowFragment,
  TraceRowFragmentDoc,
} from '@/gql/graphql';
import { addPage, firstPage, type Page, type Pages } from '../model/trace-pages';
import { searchKey, type TraceSearch, toTraceFilter, toTraceOrder } from '../model/trace-search';

export type TraceRow = TraceRowFragment;

const pageSize = 50;
/** How long a list that was left is shown again as it was. */
const keptForMs = 5 * 60_000;
const keptLists = 8;

/** One list as far as it was read. The filter stays as it was at the first page, for cursors belong to it. */
interface TraceList {
  readonly key: string;
  readonly filter: TraceFilter;
  readonly readAt: number;
  readonly pages: Pages<TraceRow>;
  readonly count?: { value: number; isExact: boolean };
  scrollTop: number;
}

interface State {
  list: TraceList | undefined;
  /** What the first page waits for or failed with. */
  isLoading: boolean;
  error?: CombinedError;
  isLoadingMore: boolean;
  moreError?: CombinedError;
}

type Change =
  | { kind: 'start'; kept: TraceList | undefined }
  | { kind: 'first'; list: TraceList }
  | { kind: 'failed'; error: CombinedError }
  | { kind: 'more' }
  | { kind: 'page'; page: Page<TraceRow> }
  | { kind: 'more-failed'; error: CombinedError }
  | { kind: 'count'; count: { value: number; isExact: boolean } };

function change(state: State, action: Change): State {
  switch (action.kind) {
    case 'start':
      // The rows of before stay on the page, dimmed, until the new ones are there.
      return { list: action.kept ?? state.list, isLoading: !action.kept, isLoadingMore: false };
    case 'first':
      return { list: action.list, isLoading: false, isLoadingMore: false };
    case 'failed':
      return { list: undefined, isLoading: false, isLoadingMore: false, error: action.error };
    case 'more':
      return { ...state, isLoadingMore: true, moreError: undefined };
    case 'page':
      return state.list
        ? {
            ...state,
            isLoadingMore: false,
            list: { ...state.list, pages: addPage(state.list.pages, action.page) },
          }
        : state;
    case 'more-failed':
      return { ...state, isLoadingMore: false, moreError: action.error };
    case 'count':
      return state.list ? { ...state, list: { ...state.list, count: action.count } } : state;
  }
}

/** Lists that were left, newest last, so that "back" finds rows and place again. */
const kept = new Map<string, TraceList>();

function keep(list: TraceList): void {
  kept.delete(list.key);
  kept.set(list.key, list);
  const oldest = kept.keys().next().value;
  if (kept.size > keptLists && oldest !== undefined) kept.delete(oldest);
}

/** The traces of a search, page by page. */
export function useTraceList(projectId: string, search: TraceSearch) {
  const client = useClient();
  const [state, dispatch] = useReducer(change, {
    list: undefined,
    isLoading: true,
    isLoadingMore: false,
  });
  const key = searchKey(projectId, search);
  const latest = useRef({ search, run: 0 });
  useEffect(() => {
    latest.current.search = search;
  });

  const load = useCallback(
    async (useKept: boolean) => {
      const run = ++latest.current.run;
      const now = Date.now();
      const before = kept.get(key);
      if (useKept && before && now - before.readAt < keptForMs) {
        dispatch({ kind: 'start', kept: before });
        return;
      }
      dispatch({ kind: 'start', kept: undefined });
      const wanted = latest.current.search;
      const filter = toTraceFilter(wanted, new Date(now));
      const result = await client
        .query(
          TraceListDocument,
          { projectId, first: pageSize, filter, orderBy: toTraceOrder(wanted) },
          { requestPolicy: 'network-only' },
        )
        .toPromise();
      if (run !== latest.current.run) return;
      const connection = result.data?.project?.traces;
      if (!connection) {
        if (result.error) dispatch({ kind: 'failed', error: result.error });
        return;
      }
      dispatch({
        kind: 'first',
        list: { key, filter, readAt: now, pages: firstPage(toPage(connection)), scrollTop: 0 },
      });
      const counted = await client
        .query(TraceCountDocument, { projectId, filter }, { requestPolicy: 'network-only' })
        .toPromise();
      const count = counted.data?.project?.traces.totalCount;
      if (count && run === latest.current.run) dispatch({ kind: 'count', count });
    },
    [client, projectId, key],
  );

  useEffect(() => {
    void load(true);
  }, [load]);

  const { list } = state;
  useEffect(() => {
    if (list) keep(list);
  }, [list]);

  const loadMore = useCallback(async () => {
    if (!list || state.isLoading || state.isLoadingMore || !list.pages.hasMore) return;
    const { run } = latest.current;
    dispatch({ kind: 'more' });
    const result = await client
      .query(
        TraceListDocument,
        {
          projectId,
          first: pageSize,
          after: list.pages.after,
          filter: list.filter,
          orderBy: toTraceOrder(latest.current.search),
        },
        { requestPolicy: 'network-only' },
      )
      .toPromise();
    if (run !== latest.current.run) return;
    const connection = result.data?.project?.traces;
    if (connection) dispatch({ kind: 'page', page: toPage(connection) });
    else if (result.error) dispatch({ kind: 'more-failed', error: result.error });
  }, [client, projectId, list, state.isLoading, state.isLoadingMore]);

  const refresh = useCallback(() => void load(false), [load]);
  return { ...state, isCurrent: list?.key === key, loadMore, refresh };
}

function toPage(connection: {
  nodes: Parameters<typeof readRows>[0];
  pageInfo: { endCursor: string | null; hasNextPage: boolean };
}): Page<TraceRow> {
  return {
    nodes: readRows(connection.nodes),
    endCursor: connection.pageInfo.endCursor,
    hasNextPage: connection.pageInfo.hasNextPage,
  };
}

function readRows(nodes: readonly FragmentType<typeof TraceRowFragmentDoc>[]) {
  return readFragment(TraceRowFragmentDoc, nodes);
}
