import { useEffect, useMemo } from 'react';
import { describeError } from '@/shared/api/errors';
import { formatCount, plural } from '@/shared/format/number';
import { plainLine } from '@/shared/format/plain-line';
import { ErrorState } from '@/ui/states';
import { useTraceList } from '../hooks/use-trace-list';
import type { TraceSearch } from '../model/trace-search';
import { useColumns } from './columns';
import { EmptyList } from './EmptyList';
import { FilterBar } from './FilterBar';
import { TraceTable, TraceTableSkeleton } from './TraceTable';

/** Called with the search that the address shall show. */
export type OnSearch = (search: TraceSearch, options?: { replace?: boolean }) => void;

/** The traces of a project as a filtered, sorted, endless table. */
export function TraceListPage({
  projectId,
  projectName,
  search,
  onSearch,
}: {
  projectId: string;
  projectName: string;
  search: TraceSearch;
  onSearch: OnSearch;
}) {
  const traces = useTraceList(projectId, search);
  const columns = useColumns();
  useEffect(() => {
    document.title = `Traces – ${plainLine(projectName, 60)} – Treeline`;
  }, [projectName]);

  const rows = traces.list?.pages.rows;
  const environments = useMemo(
    () => [...new Set(rows?.map((row) => row.environment))].sort(),
    [rows],
  );

  return (
    <>
      <h1 className="sr-only">Traces</h1>
      <FilterBar
        search={search}
        onSearch={onSearch}
        environments={environments}
        columns={columns}
        summary={summary(traces)}
        isLoading={traces.isLoading}
        readAt={traces.list?.readAt}
        onRefresh={traces.refresh}
      />
      {traces.error ? (
        <ErrorState problem={describeError(traces.error)} onRetry={traces.refresh} />
      ) : !rows || (traces.isLoading && rows.length === 0) ? (
        <TraceTableSkeleton />
      ) : rows.length === 0 ? (
        <EmptyList projectId={projectId} search={search} onSearch={onSearch} />
      ) : (
        <TraceTable
          key={traces.list?.key}
          projectId={projectId}
          traces={traces}
          columns={columns}
          search={search}
          onSearch={onSearch}
        />
      )}
    </>
  );
}

function summary({ list, isLoading, isCurrent }: ReturnType<typeof useTraceList>): string {
  if (isLoading || !list || !isCurrent) return isLoading ? 'Loading…' : '';
  const { rows, hasMore } = list.pages;
  if (!hasMore) return plural(rows.length, 'trace');
  if (!list.count) return `${formatCount(rows.length)}+ traces`;
  return list.count.isExact
    ? plural(list.count.value, 'trace')
    : `more than ${plural(list.count.value, 'trace')}`;
}
