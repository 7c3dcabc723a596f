import { Link } from '@tanstack/react-router';
import { ArrowLeft, ChevronRight, RefreshCw } from 'lucide-react';
import { memo, type ReactNode, useEffect, useState } from 'react';
import { type FragmentType, readFragment } from '@/gql';
import {
  CostNumbersFragmentDoc,
  TraceHeaderFragmentDoc,
  UsageNumbersFragmentDoc,
} from '@/gql/graphql';
import { formatCount, formatDuration } from '@/shared/format/number';
import { plainLine } from '@/shared/format/plain-line';
import { TypeIcon, typeLabel } from '@/shared/observation-type';
import { Money, StateBadge, Tokens } from '@/shared/trace-facts';
import { phone, useMedia } from '@/shared/use-media';
import { Badge } from '@/ui/badge';
import { IconButton } from '@/ui/button';
import { CopyButton } from '@/ui/copy-button';
import { Moment } from '@/ui/moment';
import { ScoreBadges } from './Scores';

/** What a trace is and what it took, over the tree. Walking through the tree leaves it as it is. */
export const TraceHeader = memo(function TraceHeader({
  projectId,
  trace: ref,
  isLoading,
  onRefresh,
}: {
  projectId: string;
  trace: FragmentType<typeof TraceHeaderFragmentDoc>;
  isLoading: boolean;
  onRefresh: () => void;
}) {
  const trace = readFragment(TraceHeaderFragmentDoc, ref);
  const usage = readFragment(UsageNumbersFragmentDoc, trace.usage);
  const cost = readFragment(CostNumbersFragmentDoc, trace.cost);
  const name = plainLine(trace.name ?? '', 300) || 'Unnamed trace';
  const isPhone = useMedia(phone);
  const isRunning = trace.state === 'RUNNING';
  const now = useTick(isRunning && trace.endedAt === null);
  const durationMs = trace.durationMs ?? (isRunning ? now - Date.parse(trace.startedAt) : null);
  const types = [...trace.counts.byType].sort((a, b) => b.count - a.count);
  const more = (
    <>
      {trace.session && (
        <Fact term="Session">
          <FilterLink projectId={projectId} search={{ session: trace.session.sessionId }}>
            {trace.session.sessionId}
          </FilterLink>
        </Fact>
      )}
      {trace.userId && (
        <Fact term="User">
          <FilterLink projectId={projectId} search={{ user: trace.userId }}>
            {trace.userId}
          </FilterLink>
        </Fact>
      )}
      <Fact term="Environment">{plainLine(trace.environment, 80)}</Fact>
      {trace.release && <Fact term="Release">{plainLine(trace.release, 80)}</Fact>}
      {trace.version && <Fact term="Version">{plainLine(trace.version, 80)}</Fact>}
      {trace.services.length > 0 && (
        <Fact term={trace.services.length > 1 ? 'Services' : 'Service'}>
          <Services names={trace.services} />
        </Fact>
      )}
      {trace.tags.length > 0 && (
        <Fact term="Tags">
          <span className="flex flex-wrap gap-1">
            {trace.tags.map((tag) => (
              <FilterLink key={tag} projectId={projectId} search={{ tag }} isBadge>
                {tag}
              </FilterLink>
            ))}
          </span>
        </Fact>
      )}
      {trace.scores.nodes.length > 0 && (
        <Fact term="Scores">
          <span className="flex flex-wrap gap-1">
            <ScoreBadges scores={trace.scores.nodes.slice(0, 12)} />
            {(trace.scores.nodes.length > 12 || trace.scores.pageInfo.hasNextPage) && (
              <span className="text-xs text-muted">and more</span>
            )}
          </span>
        </Fact>
      )}
    </>
  );
  return (
    <header className="shrink-0 border-b border-line px-3 pt-2 pb-2.5 sm:px-4">
      <div className="flex min-w-0 items-center gap-2">
        <Link
          to="/projects/$projectId/traces"
          params={{ projectId }}
          aria-label="Traces"
          className="flex min-h-6 shrink-0 items-center gap-2 rounded-sm text-sm text-muted hover:text-ink hover:underline"
        >
          <ArrowLeft size={16} aria-hidden="true" className="sm:hidden" />
          <span className="max-sm:hidden">Traces</span>
          <ChevronRight size={14} aria-hidden="true" className="max-sm:hidden" />
        </Link>
        <h1 className="foreign min-w-0 truncate text-lg font-semibold" title={name}>
          {name}
        </h1>
        <StateBadge state={trace.state} />
        <div className="flex-1" />
        <IconButton label="Load again" onClick={onRefresh} disabled={isLoading}>
          <RefreshCw size={15} aria-hidden="true" />
        </IconButton>
        <CopyButton text={trace.traceId} label="Copy the trace id" />
      </div>
      <dl className="mt-1 flex flex-wrap items-center gap-x-6 text-sm">
        <Fact term="Started">
          <Moment iso={trace.startedAt} />
        </Fact>
        <Fact term="Duration">
          {durationMs === null ? (
            '–'
          ) : (
            <span className="figures">{formatDuration(durationMs)}</span>
          )}
        </Fact>
        <Fact term="Tokens">
          <Tokens usage={usage} />
        </Fact>
        <Fact term="Cost">
          <Money cost={cost} isWordy />
        </Fact>
        <Fact term="Observations">
          <span className="figures flex flex-wrap items-center gap-x-2">
            {formatCount(trace.counts.total)}
            {trace.counts.failed > 0 && (
              <span className="font-medium text-error">
                {formatCount(trace.counts.failed)} failed
              </span>
            )}
            <span className="flex flex-wrap items-center gap-x-2 text-xs text-muted max-sm:hidden">
              {types.map(({ type, count }) => (
                <span
                  key={type}
                  className="flex items-center gap-0.5 self-center"
                  title={typeLabel(type)}
                >
                  <TypeIcon type={type} size={12} />
                  {formatCount(count)}
                  <span className="sr-only"> {typeLabel(type)}</span>
                </span>
              ))}
            </span>
          </span>
        </Fact>
        {!isPhone && more}
      </dl>
      {isPhone && (
        <details className="mt-1">
          <summary className="text-sm text-accent">More about this trace</summary>
          <dl className="mt-1 flex flex-wrap items-center gap-x-6 text-sm">{more}</dl>
        </details>
      )}
    </header>
  );
});

function Fact({ term, children }: { term: string; children: ReactNode }) {
  return (
    <div className="flex min-h-6 min-w-0 items-center gap-1.5">
      <dt className="shrink-0 text-xs text-muted">{term}</dt>
      <dd className="foreign min-w-0">{children}</dd>
    </div>
  );
}

const servicesShown = 3;

/** The first services by name; the rest is a number with the names in its tooltip. */
function Services({ names }: { names: readonly string[] }) {
  const rest = names.slice(servicesShown);
  return (
    <>
      {plainLine(names.slice(0, servicesShown).join(', '), 200)}
      {rest.length > 0 && (
        <span className="text-muted" title={plainLine(rest.join(', '))}>
          {' '}
          and {formatCount(rest.length)} more
        </span>
      )}
    </>
  );
}

/** Leads to the traces that have the same value. */
function FilterLink({
  projectId,
  search,
  isBadge = false,
  children,
}: {
  projectId: string;
  search: { session?: string; user?: string; tag?: string };
  isBadge?: boolean;
  children: string;
}) {
  const text = plainLine(children, 80);
  return (
    <Link
      to="/projects/$projectId/traces"
      params={{ projectId }}
      search={{ ...search, range: 'all' }}
      title={`Traces with ${text}`}
      className="hover:underline"
    >
      {isBadge ? <Badge>{text}</Badge> : <span className="text-accent">{text}</span>}
    </Link>
  );
}

/** The time, moving once a second for as long as something runs. */
function useTick(isRunning: boolean): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!isRunning) return;
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [isRunning]);
  return now;
}
