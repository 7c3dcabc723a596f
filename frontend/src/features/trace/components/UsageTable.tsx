import { type FragmentType, readFragment } from '@/gql';
import { CostNumbersFragmentDoc, UsageNumbersFragmentDoc } from '@/gql/graphql';
import { formatCount, formatMoney } from '@/shared/format/number';
import { Money } from '@/shared/trace-facts';
import { JsonView } from '@/ui/json-view';
import { Section } from '@/ui/section';

type UsageRef = FragmentType<typeof UsageNumbersFragmentDoc>;
type CostRef = FragmentType<typeof CostNumbersFragmentDoc>;

interface UsageRow {
  term: string;
  /** Whether it is contained in the row before that is not a part. */
  isPart?: boolean;
  tokens: number | null;
  cost?: string | null;
}

/** Tokens and what they cost, side by side. Nothing where neither is known. */
export function UsageTable({
  title = 'Usage',
  note,
  usage: usageRef,
  cost: costRef,
}: {
  title?: string;
  note?: string;
  usage: UsageRef | null;
  cost?: CostRef | null;
}) {
  const usage = readFragment(UsageNumbersFragmentDoc, usageRef);
  const cost = readFragment(CostNumbersFragmentDoc, costRef);
  if (!usage) return null;
  const all: UsageRow[] = [
    { term: 'Input', tokens: usage.inputTokens, cost: cost?.input },
    { term: 'from cache', tokens: usage.cacheReadTokens, isPart: true },
    { term: 'into cache', tokens: usage.cacheWriteTokens, isPart: true },
    { term: 'Output', tokens: usage.outputTokens, cost: cost?.output },
    { term: 'reasoning', tokens: usage.reasoningTokens, isPart: true },
    { term: 'Audio', tokens: usage.audioTokens },
  ];
  const rows = all.filter((row) => row.tokens !== null || row.cost);
  const hasTotal = usage.totalTokens !== null || cost?.total || cost?.isComplete === false;
  const other = usage.other as object | null;
  if (rows.length === 0 && !hasTotal && !other) return null;
  return (
    <Section title={title}>
      {note && <p className="mb-1.5 text-sm text-muted">{note}</p>}
      <table className="figures w-full max-w-md text-sm">
        <thead className="sr-only">
          <tr>
            <th scope="col">Part</th>
            <th scope="col">Tokens</th>
            {cost && <th scope="col">Cost</th>}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.term} className={row.isPart ? 'text-muted' : undefined}>
              <th
                scope="row"
                className={`py-0.5 text-left font-normal ${row.isPart ? 'pl-4' : ''}`}
              >
                {row.term}
              </th>
              <td className="py-0.5 text-right">
                {row.tokens === null ? '–' : `${formatCount(row.tokens)} tokens`}
              </td>
              {cost && (
                <td
                  className="w-32 py-0.5 text-right"
                  title={row.cost ? `$${row.cost}` : undefined}
                >
                  {row.cost ? formatMoney(Number(row.cost)) : ''}
                </td>
              )}
            </tr>
          ))}
          {hasTotal && (
            <tr className="border-t border-line font-medium">
              <th scope="row" className="py-1 text-left font-medium">
                Total
              </th>
              <td className="py-1 text-right">
                {usage.totalTokens === null ? '–' : `${formatCount(usage.totalTokens)} tokens`}
              </td>
              {cost && (
                <td className="w-32 py-1 text-right">
                  <Money cost={cost} />
                </td>
              )}
            </tr>
          )}
        </tbody>
      </table>
      {cost && cost.total !== null && (
        <p className="mt-1 text-xs text-muted">
          {cost.isEstimated ? 'Cost computed from list prices.' : 'Cost as reported by the client.'}
          {!cost.isComplete && ' Some of the usage has no price, so the real cost is higher.'}
        </p>
      )}
      {other && Object.keys(other).length > 0 && (
        <div className="mt-2">
          <JsonView value={other} label="Other counts" />
        </div>
      )}
    </Section>
  );
}
