import { Inbox, SearchX } from 'lucide-react';
import { lazy, Suspense } from 'react';
import { useQuery } from 'urql';
import { ProjectHasTracesDocument } from '@/gql/graphql';
import { Button } from '@/ui/button';
import { EmptyState } from '@/ui/states';
import {
  hasConditions,
  isBounded,
  type TraceSearch,
  withoutConditions,
} from '../model/trace-search';
import type { OnSearch } from './TraceListPage';

// Most people see it once, so it is no part of the first load.
const FirstTrace = lazy(() => import('./FirstTrace'));

/** An empty list says why: the project has no traces, or none that fit. */
export function EmptyList({
  projectId,
  search,
  onSearch,
}: {
  projectId: string;
  search: TraceSearch;
  onSearch: OnSearch;
}) {
  const [{ data, fetching }] = useQuery({
    query: ProjectHasTracesDocument,
    variables: { projectId },
    requestPolicy: 'network-only',
  });
  if (fetching) return null;
  if (data?.project && data.project.traces.nodes.length === 0) {
    return (
      <EmptyState icon={Inbox} title="No traces yet">
        <Suspense>
          <FirstTrace />
        </Suspense>
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={SearchX}
      title="No trace fits"
      actions={
        <>
          {isBounded(search) && (
            <Button
              onClick={() =>
                onSearch({ ...search, from: undefined, to: undefined, range: widerRange(search) })
              }
            >
              {widerRange(search) === '7d' ? 'Look at the last 7 days' : 'Look at all time'}
            </Button>
          )}
          {hasConditions(search) && (
            <Button onClick={() => onSearch(withoutConditions(search))}>Clear filters</Button>
          )}
        </>
      }
    >
      {hasConditions(search)
        ? 'No trace of this project fits these filters.'
        : 'No trace of this project is from this time range.'}
    </EmptyState>
  );
}

function widerRange(search: TraceSearch): '7d' | 'all' {
  const range = search.range ?? '24h';
  return search.from || range === '7d' || range === '30d' ? 'all' : '7d';
}
