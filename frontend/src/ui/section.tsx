import type { ReactNode } from 'react';
import { plainLine } from '@/shared/format/plain-line';

/** A titled part of a page. */
export function Section({
  title,
  aside,
  children,
}: {
  title: ReactNode;
  aside?: ReactNode;
  children: ReactNode;
}) {
  return (
    <section className="mb-5 last:mb-0">
      <div className="mb-1.5 flex min-h-6 items-center justify-between gap-2">
        <h3 className="text-xs font-semibold tracking-wide text-muted">{title}</h3>
        {aside}
      </div>
      {children}
    </section>
  );
}

/**
 * Facts as pairs of a term and its value; pairs without a value are left out.
 * Text is taken to come from a trace and is kept to one short paragraph.
 */
export function Facts({
  items,
}: {
  items: readonly (readonly [term: string, value: ReactNode])[];
}) {
  const known = items.filter(([, value]) => value !== null && value !== undefined && value !== '');
  if (known.length === 0) return null;
  return (
    <dl className="grid grid-cols-[minmax(7rem,max-content)_minmax(0,1fr)] gap-x-4 gap-y-1 text-sm">
      {known.map(([term, value]) => (
        <div key={term} className="contents">
          <dt className="text-muted">{term}</dt>
          <dd className="figures foreign min-w-0">
            {typeof value === 'string' ? plainLine(value, 300) : value}
          </dd>
        </div>
      ))}
    </dl>
  );
}
