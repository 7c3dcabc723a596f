import { CircleCheck, CircleX, TriangleAlert } from 'lucide-react';
import { type FragmentType, readFragment } from '@/gql';
import {
  AgentBodyFragmentDoc,
  ChainBodyFragmentDoc,
  EvaluatorBodyFragmentDoc,
  EventBodyFragmentDoc,
  type GuardrailAction,
  GuardrailBodyFragmentDoc,
  type GuardrailPhase,
  type GuardrailVerdict,
  SpanBodyFragmentDoc,
  ToolCallBodyFragmentDoc,
  type UsageNumbersFragmentDoc,
} from '@/gql/graphql';
import { formatCount, formatNumber } from '@/shared/format/number';
import { plainLine } from '@/shared/format/plain-line';
import { Badge, type Tone } from '@/ui/badge';
import { LongText } from '@/ui/long-text';
import { Facts, Section } from '@/ui/section';
import { PayloadSection, ValueView } from '../PayloadView';
import { UsageTable } from '../UsageTable';

function Reported({ usage }: { usage: FragmentType<typeof UsageNumbersFragmentDoc> | null }) {
  return (
    <UsageTable
      title="Reported usage"
      note="What the client says for everything below; counted only where nothing below has numbers of its own."
      usage={usage}
    />
  );
}

/** One execution of a tool. */
export function ToolCallView({ body }: { body: FragmentType<typeof ToolCallBodyFragmentDoc> }) {
  const call = readFragment(ToolCallBodyFragmentDoc, body);
  return (
    <>
      <Section title="Tool call">
        <Facts
          items={[
            ['Tool', plainLine(call.toolName, 200)],
            [
              'Call id',
              call.callId && (
                <code className="font-mono text-xs">{plainLine(call.callId, 200)}</code>
              ),
            ],
            ['Outcome', call.isError ? <Badge tone="error">Failed</Badge> : null],
          ]}
        />
      </Section>
      {call.arguments !== null && (
        <Section title="Arguments">
          <ValueView value={call.arguments} label="Arguments" />
        </Section>
      )}
      {call.result !== null && (
        <Section title="Result">
          <ValueView value={call.result} label="Result" />
        </Section>
      )}
      <Reported usage={call.reportedUsage} />
    </>
  );
}

const verdicts: Record<GuardrailVerdict, { word: string; tone: Tone }> = {
  ALLOW: { word: 'Fine', tone: 'ok' },
  DENY: { word: 'Denied', tone: 'error' },
  MODIFY: { word: 'Must be changed', tone: 'warn' },
  WARN: { word: 'Doubtful', tone: 'warn' },
  ESCALATE: { word: 'A person must decide', tone: 'warn' },
  UNKNOWN: { word: 'Verdict unknown', tone: 'neutral' },
};

const actions: Record<GuardrailAction, string> = {
  ALLOW: 'Let through',
  BLOCK: 'Blocked',
  REWRITE: 'Rewritten',
  ESCALATE: 'Passed to a person',
  UNKNOWN: 'Unknown',
};

const phases: Record<GuardrailPhase, string> = {
  INPUT: 'What goes into the model',
  OUTPUT: 'What comes out of the model',
  TOOL: 'A tool call',
};

/** A check and what came of it. */
export function GuardrailView({ body }: { body: FragmentType<typeof GuardrailBodyFragmentDoc> }) {
  const guardrail = readFragment(GuardrailBodyFragmentDoc, body);
  const verdict = verdicts[guardrail.verdict] ?? verdicts.UNKNOWN;
  const Icon =
    verdict.tone === 'ok' ? CircleCheck : verdict.tone === 'error' ? CircleX : TriangleAlert;
  return (
    <>
      <Section title="Verdict">
        <div className="rounded-md border border-line bg-surface px-3 py-2.5">
          <p className="flex flex-wrap items-center gap-2">
            <Badge tone={verdict.tone} className="h-6 px-2 text-sm">
              <Icon size={14} aria-hidden="true" />
              {verdict.word}
            </Badge>
            {guardrail.passed !== null && (
              <span className="text-sm text-muted">
                {guardrail.passed ? 'passed' : 'not passed'}
              </span>
            )}
          </p>
          {guardrail.reason && <LongText text={guardrail.reason} className="mt-2" />}
        </div>
      </Section>
      <Section title="Check">
        <Facts
          items={[
            [
              'Action',
              guardrail.action === 'UNKNOWN'
                ? null
                : (actions[guardrail.action] ?? guardrail.action),
            ],
            ['Policy', guardrail.policy],
            ['Policy id', guardrail.policyId],
            ['Looked at', guardrail.phase && (phases[guardrail.phase] ?? guardrail.phase)],
            ['Score', guardrail.score === null ? null : formatNumber(guardrail.score)],
            [
              'Categories',
              guardrail.categories.length > 0 ? (
                <span className="flex flex-wrap gap-1">
                  {guardrail.categories.map((category) => (
                    <Badge key={category}>{plainLine(category, 60)}</Badge>
                  ))}
                </span>
              ) : null,
            ],
          ]}
        />
      </Section>
      <PayloadSection title="Input" payload={guardrail.input} />
      <PayloadSection title="Output" payload={guardrail.output} />
      <Reported usage={guardrail.reportedUsage} />
    </>
  );
}

/** A loop of reasoning and acting. */
export function AgentView({ body }: { body: FragmentType<typeof AgentBodyFragmentDoc> }) {
  const agent = readFragment(AgentBodyFragmentDoc, body);
  return (
    <>
      <Section title="Agent">
        <Facts
          items={[
            ['Agent', agent.agentName],
            ['Agent id', agent.agentId],
            ['Steps', formatCount(agent.stepCount)],
          ]}
        />
      </Section>
      <PayloadSection title="Input" payload={agent.input} />
      <PayloadSection title="Output" payload={agent.output} />
      <UsageTable
        title="Usage of everything below"
        usage={agent.subtreeUsage}
        cost={agent.subtreeCost}
      />
      <Reported usage={agent.reportedUsage} />
    </>
  );
}

/** A judgement of another step. */
export function EvaluatorView({ body }: { body: FragmentType<typeof EvaluatorBodyFragmentDoc> }) {
  const evaluator = readFragment(EvaluatorBodyFragmentDoc, body);
  return (
    <>
      <Section title={evaluator.scoreName ? plainLine(evaluator.scoreName, 120) : 'Judgement'}>
        <div className="rounded-md border border-line bg-surface px-3 py-2.5">
          <p className="flex flex-wrap items-baseline gap-3">
            {evaluator.scoreValue !== null && (
              <span className="figures text-xl font-semibold">
                {formatNumber(evaluator.scoreValue)}
              </span>
            )}
            {evaluator.label && <Badge>{plainLine(evaluator.label, 80)}</Badge>}
            {evaluator.scoreValue === null && !evaluator.label && (
              <span className="text-sm text-muted">No judgement was sent.</span>
            )}
          </p>
          {evaluator.explanation && <LongText text={evaluator.explanation} className="mt-2" />}
        </div>
      </Section>
      <PayloadSection title="Input" payload={evaluator.input} />
      <PayloadSection title="Output" payload={evaluator.output} />
    </>
  );
}

/** A fixed sequence of steps. */
export function ChainView({ body }: { body: FragmentType<typeof ChainBodyFragmentDoc> }) {
  const chain = readFragment(ChainBodyFragmentDoc, body);
  return (
    <>
      <PayloadSection title="Input" payload={chain.input} />
      <PayloadSection title="Output" payload={chain.output} />
      <Reported usage={chain.reportedUsage} />
      {!chain.input && !chain.output && <NoContent />}
    </>
  );
}

/** A moment. */
export function EventView({ body }: { body: FragmentType<typeof EventBodyFragmentDoc> }) {
  const event = readFragment(EventBodyFragmentDoc, body);
  return (
    <>
      <PayloadSection title="Input" payload={event.input} />
      <PayloadSection title="Output" payload={event.output} />
      {!event.input && !event.output && <NoContent />}
    </>
  );
}

/** Any other step. */
export function SpanView({ body }: { body: FragmentType<typeof SpanBodyFragmentDoc> }) {
  const span = readFragment(SpanBodyFragmentDoc, body);
  return (
    <>
      <PayloadSection title="Input" payload={span.input} />
      <PayloadSection title="Output" payload={span.output} />
      <Reported usage={span.reportedUsage} />
      {!span.input && !span.output && <NoContent />}
    </>
  );
}

function NoContent() {
  return <p className="mb-5 text-sm text-muted">No input or output was recorded for this step.</p>;
}
