/**
 * Lengths of relevance bars, from 0 to 1. Relevance is on the source's own
 * scale: where all values lie between 0 and 1 they are lengths already, else
 * the best value is full length and the worst, or zero, none.
 */
export function relevanceShares(values: readonly (number | null)[]): (number | null)[] {
  const known = values.filter((value): value is number => value !== null && Number.isFinite(value));
  const best = Math.max(...known);
  const worst = Math.min(0, ...known);
  const isShare = worst >= 0 && best <= 1;
  return values.map((value) => {
    if (value === null || !Number.isFinite(value)) return null;
    if (isShare) return value;
    return best === worst ? 1 : (value - worst) / (best - worst);
  });
}
