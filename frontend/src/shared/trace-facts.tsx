import clsx from 'clsx';
import { CircleAlert, CircleCheck, LoaderCircle, TriangleAlert } from 'lucide-react';
import type { TraceState } from '@/gql/graphql';
import { Badge, type Tone } from '@/ui/badge';
import { formatCompact, formatCount, formatMoney } from './format/number';

const stateLooks: Record<TraceState, { word: string; tone: Tone; icon: typeof CircleCheck }> = {
  COMPLETE: { word: 'Complete', tone: 'plain', icon: CircleCheck },
  FAILED: { word: 'Failed', tone: 'error', icon: CircleAlert },
  RUNNING: { word: 'Running', tone: 'running', icon: LoaderCircle },
};

/** How far a trace has come, as a word with an icon. What went well stays quiet. */
export function StateBadge({ state }: { state: TraceState }) {
  const look = stateLooks[state] ?? stateLooks.RUNNING;
  return (
    <Badge tone={look.tone}>
      <look.icon
        size={12}
        aria-hidden="true"
        className={clsx(state === 'RUNNING' && 'pulsing', state === 'COMPLETE' && 'text-ok')}
      />
      {look.word}
    </Badge>
  );
}

interface UsageLike {
  inputTokens: number | null;
  outputTokens: number | null;
  totalTokens: number | null;
}

/** Tokens in short; what is unknown is a dash, not a zero. */
export function Tokens({ usage }: { usage: UsageLike }) {
  const { inputTokens, outputTokens, totalTokens } = usage;
  if (totalTokens === null) return <Unknown what="Tokens unknown" />;
  const parts = [
    inputTokens === null ? undefined : `${formatCount(inputTokens)} in`,
    outputTokens === null ? undefined : `${formatCount(outputTokens)} out`,
  ].filter(Boolean);
  return (
    <span
      className="figures"
      title={`${formatCount(totalTokens)} tokens${parts.length ? `: ${parts.join(', ')}` : ''}`}
    >
      {formatCompact(totalTokens)}
    </span>
  );
}

interface CostLike {
  total: string | null;
  isEstimated: boolean;
  isComplete: boolean;
}

/** Money, never silently short: where parts of the usage have no price, it says so. */
export function Money({ cost, isWordy = false }: { cost: CostLike; isWordy?: boolean }) {
  const total = cost.total === null ? undefined : Number(cost.total);
  if (total === undefined && cost.isComplete) return <Unknown what="Cost unknown" />;
  const source = cost.isEstimated ? 'computed from list prices' : 'as reported';
  const exact = cost.total === null ? '' : `$${cost.total}, ${source}`;
  if (cost.isComplete) {
    return (
      <span className="figures" title={exact}>
        {formatMoney(total ?? 0)}
      </span>
    );
  }
  const warning = total === undefined ? 'unpriced' : 'partly unpriced';
  const explanation = 'Some of the usage has no price, so the real cost is higher.';
  return (
    <span
      className="figures inline-flex items-center gap-1"
      title={[exact, explanation].filter(Boolean).join('. ')}
    >
      {total !== undefined && `≥ ${formatMoney(total)}`}
      {isWordy ? (
        <Badge tone="warn">
          <TriangleAlert size={12} aria-hidden="true" />
          {warning}
        </Badge>
      ) : (
        <>
          <TriangleAlert size={12} aria-hidden="true" className="shrink-0 text-warn" />
          <span className={total === undefined ? 'text-muted' : 'sr-only'}>{warning}</span>
        </>
      )}
    </span>
  );
}

/** A dash with words for those who cannot see that it is one. */
export function Unknown({ what }: { what: string }) {
  return (
    <span className="text-muted" title={what}>
      <span aria-hidden="true">–</span>
      <span className="sr-only">{what}</span>
    </span>
  );
}
