import { AlertOctagon, ArrowLeft, Link as LinkIcon } from 'lucide-react';
import { memo, useEffect, useRef, useState } from 'react';
import { type CombinedError, useQuery } from 'urql';
import { readFragment } from '@/gql';
import {
  ObservationAttributesDocument,
  ObservationCommonFragmentDoc,
  ObservationDetailDocument,
  type ObservationDetailQuery,
  ObservationPayloadsDocument,
} from '@/gql/graphql';
import { describeError } from '@/shared/api/errors';
import { formatDuration } from '@/shared/format/number';
import { plainLine } from '@/shared/format/plain-line';
import { TypeIcon, typeLabel } from '@/shared/observation-type';
import { Badge } from '@/ui/badge';
import { IconButton } from '@/ui/button';
import { CopyButton } from '@/ui/copy-button';
import { JsonView } from '@/ui/json-view';
import { Moment } from '@/ui/moment';
import { Facts, Section } from '@/ui/section';
import { ErrorState, Skeleton } from '@/ui/states';
import { Tabs } from '@/ui/tabs';
import { nameOf, statusError, statusRunning, type TraceTree, typeOf } from '../model/trace-tree';
import type { TabName } from '../model/trace-view-search';
import { GenerationView } from './bodies/GenerationView';
import { EmbeddingView, RerankingView, RetrievalView } from './bodies/SearchViews';
import {
  AgentView,
  ChainView,
  EvaluatorView,
  EventView,
  GuardrailView,
  SpanView,
  ToolCallView,
} from './bodies/StepViews';
import { isFilled } from './Documents';
import { PayloadSection } from './PayloadView';
import { Problems } from './Problems';
import { ScoreList } from './Scores';

/** Stepping through rows asks for the details of the row one rests on only. */
const restMs = 90;

type Node = NonNullable<ObservationDetailQuery['node']>;

/** The details of the selected row. Its head comes from the tree and is there at once. */
export function DetailPane({
  tree,
  row,
  tab,
  onTab,
  onBack,
}: {
  tree: TraceTree;
  row: number;
  tab: TabName;
  onTab: (tab: TabName) => void;
  /** Where the details cover the tree, the way back to it. */
  onBack?: () => void;
}) {
  const id = tree.ids[row] as string;
  const restedId = useRested(id);
  const [{ data, fetching, error }, reload] = useQuery({
    query: ObservationDetailDocument,
    variables: { id: restedId },
    // A step may have ended, or got a score, since it was looked at.
    requestPolicy: 'cache-and-network',
  });
  // The trace was read again: so are the details.
  const drawn = useRef(tree);
  useEffect(() => {
    if (drawn.current === tree) return;
    drawn.current = tree;
    reload({ requestPolicy: 'network-only' });
  }, [tree, reload]);
  const type = typeOf(tree, row);
  const status = tree.status[row];
  const durationUs = tree.durationUs[row] as number;
  const name = plainLine(nameOf(tree, row), 200) || 'Unnamed';
  const node = data?.node;
  const isCurrent = node?.id === id;
  const link = () => {
    const url = new URL(location.href);
    url.search = `?${new URLSearchParams({ span: id })}`;
    return url.href;
  };

  return (
    <section aria-label="Details" className="flex h-full min-h-0 min-w-0 flex-col bg-bg">
      <header className="flex shrink-0 items-start gap-2 px-4 pt-3 pb-1.5">
        {onBack && (
          <IconButton label="Back to the tree" onClick={onBack} className="-ml-1.5">
            <ArrowLeft size={16} aria-hidden="true" />
          </IconButton>
        )}
        <div className="min-w-0 flex-1">
          <h2 className="foreign line-clamp-2 text-lg font-semibold" title={name}>
            {name}
          </h2>
          <p className="flex flex-wrap items-center gap-x-2.5 gap-y-1 text-sm text-muted">
            <span className="flex items-center gap-1">
              <TypeIcon type={type} />
              {typeLabel(type)}
            </span>
            {status === statusError && (
              <Badge tone="error">
                <AlertOctagon size={12} aria-hidden="true" />
                Error
              </Badge>
            )}
            {status === statusRunning && <Badge tone="running">Running</Badge>}
            {!Number.isNaN(durationUs) && (
              <span className="figures">{formatDuration(durationUs / 1000)}</span>
            )}
            <span className="figures">
              at +{formatDuration((tree.startUs[row] as number) / 1000)}
            </span>
          </p>
        </div>
        <CopyButton text={link} label="Copy a link to this step" icon={LinkIcon} />
      </header>
      {error && !isCurrent ? (
        <Failure error={error} reload={reload} />
      ) : !node ? (
        fetching || restedId !== id ? (
          <DetailSkeleton />
        ) : (
          <p className="p-4 text-muted">This step is no longer there.</p>
        )
      ) : (
        <div
          aria-busy={!isCurrent}
          className={`flex min-h-0 flex-1 flex-col transition-opacity duration-150 ${isCurrent ? '' : 'opacity-40'}`}
        >
          <Loaded key={node.id} node={node} tab={tab} onTab={onTab} />
        </div>
      )}
    </section>
  );
}

/** Stepping through rows must not draw the details again that are still shown. */
const Loaded = memo(function Loaded({
  node,
  tab,
  onTab,
}: {
  node: Node;
  tab: TabName;
  onTab: (tab: TabName) => void;
}) {
  const common = readObservation(node);
  const extras = common ? common.events.length + common.links.length : 0;
  return (
    <Tabs<TabName>
      label="Parts of the details"
      value={tab}
      onChange={onTab}
      items={[
        {
          value: 'content',
          label: 'Content',
          content: () => (
            <>
              {common && <Problems observation={common} />}
              <Body node={node} />
              {common && common.scores.nodes.length > 0 && (
                <Section title="Scores">
                  <ScoreList scores={common.scores.nodes} />
                </Section>
              )}
              {common && <Origin common={common} />}
            </>
          ),
        },
        {
          value: 'attributes',
          label: 'Attributes',
          content: () => <Attributes id={node.id} />,
        },
        {
          value: 'events',
          label: (
            <>
              Events and links
              {extras > 0 && <span className="figures text-xs text-muted">{extras}</span>}
            </>
          ),
          content: () => common && <EventsAndLinks common={common} />,
        },
        { value: 'payloads', label: 'Raw', content: () => <Payloads id={node.id} /> },
      ]}
    />
  );
});

/** The view of a type. A type that the schema gains fails here until it has one. */
function Body({ node }: { node: Node }) {
  switch (node.__typename) {
    case 'Generation':
      return <GenerationView body={node} />;
    case 'Retrieval':
      return <RetrievalView body={node} />;
    case 'Reranking':
      return <RerankingView body={node} />;
    case 'Embedding':
      return <EmbeddingView body={node} />;
    case 'ToolCall':
      return <ToolCallView body={node} />;
    case 'Agent':
      return <AgentView body={node} />;
    case 'Chain':
      return <ChainView body={node} />;
    case 'Guardrail':
      return <GuardrailView body={node} />;
    case 'Evaluator':
      return <EvaluatorView body={node} />;
    case 'Event':
      return <EventView body={node} />;
    case 'Span':
      return <SpanView body={node} />;
    case 'ApiKey':
    case 'CostRecomputation':
    case 'Invitation':
    case 'Member':
    case 'Organization':
    case 'Project':
    case 'Score':
    case 'Session':
    case 'Trace':
    case 'User':
      return <p className="text-muted">This is not a step of a trace.</p>;
    default:
      return <Unseen node={node} />;
  }
}

/** A server newer than this page may send types that it does not know. */
function Unseen({ node }: { node: never }) {
  const { id, __typename } = node as { id: string; __typename: string };
  return (
    <>
      <p className="mb-4 text-sm text-muted">
        This page does not know the type {plainLine(__typename, 60)} yet. Here is what was recorded.
      </p>
      <Payloads id={id} />
    </>
  );
}

function readObservation(node: Node) {
  return ' $fragmentRefs' in node || 'observationId' in node
    ? readFragment(ObservationCommonFragmentDoc, node as Extract<Node, { __typename: 'Span' }>)
    : undefined;
}

function Origin({ common }: { common: NonNullable<ReturnType<typeof readObservation>> }) {
  const scope = common.scope
    ? [common.scope.name, common.scope.version].filter(Boolean).join(' ')
    : null;
  return (
    <Section title="Origin">
      <Facts
        items={[
          ['Started', <Moment key="start" iso={common.startedAt} isFull />],
          ['Level', common.level === 'DEFAULT' ? null : common.level.toLowerCase()],
          ['Service', common.service],
          ['Environment', common.environment],
          ['Version', common.version],
          ['Library', scope],
          [
            'Span id',
            <span key="span" className="inline-flex items-center gap-1">
              <code className="font-mono text-xs">{plainLine(common.observationId, 200)}</code>
              <CopyButton text={common.observationId} label="Copy the span id" />
            </span>,
          ],
          ['Type given by', typeSource(common.typeRule)],
        ]}
      />
    </Section>
  );
}

/** What gave the type, without the number of the rule that took it for that. */
function typeSource(rule: string): string {
  return plainLine(rule.replace(/^\d+[a-z]?( |$)/, ''), 200) || 'Nothing that says more';
}

function Attributes({ id }: { id: string }) {
  const [{ data, error }, reload] = useQuery({
    query: ObservationAttributesDocument,
    variables: { id },
  });
  if (error) return <Failure error={error} reload={reload} />;
  const node = data?.node;
  if (!node || !('attributes' in node)) return <DetailSkeleton />;
  const groups = [
    ['Metadata', node.metadata],
    ['Attributes', node.attributes],
    ['Resource', node.resource],
  ] as const;
  if (!groups.some(([, value]) => isFilled(value))) {
    return <p className="text-sm text-muted">No attributes were recorded.</p>;
  }
  return groups.map(([title, value]) =>
    isFilled(value) ? (
      <Section key={title} title={title}>
        <JsonView value={value} label={title} />
      </Section>
    ) : null,
  );
}

function Payloads({ id }: { id: string }) {
  const [{ data, error }, reload] = useQuery({
    query: ObservationPayloadsDocument,
    variables: { id },
  });
  if (error) return <Failure error={error} reload={reload} />;
  const node = data?.node;
  if (!node || !('input' in node)) return <DetailSkeleton />;
  if (!node.input && !node.output) {
    return <p className="text-sm text-muted">No input or output was recorded.</p>;
  }
  return (
    <>
      <PayloadSection title="Input" payload={node.input} />
      <PayloadSection title="Output" payload={node.output} />
    </>
  );
}

function EventsAndLinks({ common }: { common: NonNullable<ReturnType<typeof readObservation>> }) {
  if (common.events.length === 0 && common.links.length === 0) {
    return <p className="text-sm text-muted">No events and no links were recorded.</p>;
  }
  const start = Date.parse(common.startedAt);
  return (
    <>
      {common.events.length > 0 && (
        <Section title="Events">
          <ol className="flex flex-col gap-2">
            {common.events.map((event, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: events may be alike and never change their order.
              <li key={index} className="rounded-md border border-line px-3 py-2">
                <p className="flex flex-wrap items-baseline gap-x-3">
                  <span className="foreign text-sm font-medium">{plainLine(event.name, 200)}</span>
                  <time
                    dateTime={event.time}
                    title={event.time}
                    className="figures text-xs text-muted"
                  >
                    +{formatDuration(Date.parse(event.time) - start)}
                  </time>
                </p>
                {isFilled(event.attributes) && (
                  <div className="mt-1.5">
                    <JsonView
                      value={event.attributes}
                      label={`Attributes of ${plainLine(event.name, 60)}`}
                    />
                  </div>
                )}
              </li>
            ))}
          </ol>
        </Section>
      )}
      {common.links.length > 0 && (
        <Section title="Links">
          <ul className="flex flex-col gap-2">
            {common.links.map((link, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: links may be alike and never change their order.
              <li key={index} className="rounded-md border border-line px-3 py-2">
                <Facts
                  items={[
                    [
                      'Trace',
                      <code key="t" className="font-mono text-xs">
                        {plainLine(link.traceId, 200)}
                      </code>,
                    ],
                    [
                      'Span',
                      <code key="s" className="font-mono text-xs">
                        {plainLine(link.spanId, 200)}
                      </code>,
                    ],
                  ]}
                />
                {isFilled(link.attributes) && (
                  <div className="mt-1.5">
                    <JsonView value={link.attributes} label="Attributes of the link" />
                  </div>
                )}
              </li>
            ))}
          </ul>
        </Section>
      )}
    </>
  );
}

function Failure({
  error,
  reload,
}: {
  error: CombinedError;
  reload: (options: { requestPolicy: 'network-only' }) => void;
}) {
  return (
    <ErrorState
      problem={describeError(error)}
      onRetry={() => reload({ requestPolicy: 'network-only' })}
    />
  );
}

function DetailSkeleton() {
  return (
    <div role="status" className="flex flex-col gap-3 p-4">
      <span className="sr-only">Loading details…</span>
      <Skeleton className="w-24" />
      <Skeleton className="h-16 w-full" />
      <Skeleton className="w-32" />
      <Skeleton className="h-28 w-full" />
    </div>
  );
}

function useRested(value: string): string {
  const [rested, setRested] = useState(value);
  useEffect(() => {
    if (value === rested) return;
    const timer = setTimeout(() => setRested(value), restMs);
    return () => clearTimeout(timer);
  }, [value, rested]);
  return rested;
}
