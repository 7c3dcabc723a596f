import {
  columnSizingFeature,
  columnVisibilityFeature,
  createColumnHelper,
  tableFeatures,
} from '@tanstack/react-table';
import type { ReactNode } from 'react';
import { formatCompact, formatCount, formatDuration, plural } from '@/shared/format/number';
import { plainLine } from '@/shared/format/plain-line';
import { TypeIcon, typeLabel } from '@/shared/observation-type';
import { useStored } from '@/shared/stored';
import { Money, StateBadge, Tokens, Unknown } from '@/shared/trace-facts';
import { Badge } from '@/ui/badge';
import { Moment } from '@/ui/moment';
import type { TraceRow } from '../hooks/use-trace-list';
import type { OrderName } from '../model/trace-search';

export const features = tableFeatures({ columnSizingFeature, columnVisibilityFeature });

const column = createColumnHelper<typeof features, TraceRow>();

const orderOfColumn: Partial<Record<string, readonly OrderName[]>> = {
  time: ['newest', 'oldest'],
  duration: ['slowest'],
  tokens: ['most-tokens'],
  cost: ['costliest'],
};

/** The orders that a click on a column's head goes through. */
export function ordersOf(columnId: string): readonly OrderName[] {
  return orderOfColumn[columnId] ?? [];
}

const rightAligned = new Set(['duration', 'tokens', 'cost']);

export function isRightAligned(columnId: string): boolean {
  return rightAligned.has(columnId);
}

export function displayName(row: TraceRow): string {
  return plainLine(row.name ?? '', 200) || 'Unnamed trace';
}

export const columns = column.columns([
  column.display({
    id: 'time',
    header: 'Time',
    size: 144,
    cell: ({ row }) => <Moment iso={row.original.startedAt} />,
  }),
  column.display({
    id: 'name',
    header: 'Name',
    size: 176,
    // The table draws the name itself, for it is the link of the row.
    cell: ({ row }) => displayName(row.original),
  }),
  column.display({
    id: 'state',
    header: 'State',
    size: 104,
    cell: ({ row }) => <StateBadge state={row.original.state} />,
  }),
  column.display({
    id: 'duration',
    header: 'Duration',
    size: 92,
    cell: ({ row }) =>
      row.original.durationMs === null ? (
        <Unknown what="Duration unknown" />
      ) : (
        <span className="figures">{formatDuration(row.original.durationMs)}</span>
      ),
  }),
  column.display({
    id: 'tokens',
    header: 'Tokens',
    size: 80,
    cell: ({ row }) => <Tokens usage={row.original.usage} />,
  }),
  column.display({
    id: 'cost',
    header: 'Cost',
    size: 128,
    cell: ({ row }) => <Money cost={row.original.cost} />,
  }),
  column.display({
    id: 'counts',
    header: 'Observations',
    size: 176,
    cell: ({ row }) => <Counts counts={row.original.counts} />,
  }),
  column.display({
    id: 'input',
    header: 'Input',
    size: 190,
    cell: ({ row }) => preview(row.original.input?.preview),
  }),
  column.display({
    id: 'output',
    header: 'Output',
    size: 190,
    cell: ({ row }) => preview(row.original.output?.preview),
  }),
  column.display({
    id: 'services',
    header: 'Services',
    size: 150,
    cell: ({ row }) => words(row.original.services.join(', ')),
  }),
  column.display({
    id: 'environment',
    header: 'Environment',
    size: 112,
    cell: ({ row }) => words(row.original.environment),
  }),
  column.display({
    id: 'session',
    header: 'Session',
    size: 140,
    cell: ({ row }) => words(row.original.session?.sessionId),
  }),
  column.display({
    id: 'user',
    header: 'User',
    size: 140,
    cell: ({ row }) => words(row.original.userId),
  }),
  column.display({
    id: 'tags',
    header: 'Tags',
    size: 180,
    cell: ({ row }) => <Tags tags={row.original.tags} />,
  }),
]);

/** Columns and their names, for the picker; the name always shows. */
export const pickableColumns: readonly { id: string; label: string }[] = columns
  .filter((item) => item.id !== 'name')
  .map((item) => ({ id: item.id ?? '', label: String(item.header) }));

export interface ColumnChoice {
  /** Only what differs from "shown". */
  hidden: readonly string[];
  setHidden: (hidden: readonly string[]) => void;
}

/** Which columns this person hid on this device. */
export function useColumns(): ColumnChoice {
  const [hidden, setHidden] = useStored<readonly string[]>('hidden-columns', [], (value) =>
    Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : undefined,
  );
  return { hidden, setHidden };
}

function words(text: string | null | undefined): ReactNode {
  if (!text) return null;
  const line = plainLine(text, 200);
  return (
    <span title={line} className="foreign">
      {line}
    </span>
  );
}

function preview(text: string | undefined): ReactNode {
  return text ? <span className="foreign text-muted">{plainLine(text, 200)}</span> : null;
}

function Tags({ tags }: { tags: readonly string[] }) {
  if (tags.length === 0) return null;
  return (
    <span
      className="flex items-center gap-1 overflow-hidden"
      title={plainLine(tags.join(', '), 400)}
    >
      {tags.slice(0, 3).map((tag) => (
        <Badge key={tag} className="min-w-0 shrink!">
          <span className="foreign truncate">{plainLine(tag, 60)}</span>
        </Badge>
      ))}
      {tags.length > 3 && <span className="text-xs text-muted">+{tags.length - 3}</span>}
    </span>
  );
}

/** How many observations, how many of them failed, and the commonest types. */
export function Counts({ counts }: { counts: TraceRow['counts'] }) {
  const byType = [...counts.byType].sort((a, b) => b.count - a.count);
  const title = byType
    .map(({ type, count }) => `${formatCount(count)} × ${typeLabel(type)}`)
    .join(', ');
  return (
    <span className="figures flex min-w-0 flex-1 items-center gap-2 overflow-hidden" title={title}>
      <span>{formatCount(counts.total)}</span>
      {counts.failed > 0 && (
        <span className="font-medium whitespace-nowrap text-error">
          {formatCount(counts.failed)} failed
        </span>
      )}
      {/* What does not fit wraps out of sight, so that no number is cut. */}
      <span className="flex h-4 min-w-0 flex-1 flex-wrap items-center gap-x-1.5 overflow-hidden text-xs text-muted">
        {byType.slice(0, 4).map(({ type, count }) => (
          <span key={type} className="flex h-4 items-center gap-0.5">
            <TypeIcon type={type} size={12} />
            <span aria-hidden="true">{formatCompact(count)}</span>
            <span className="sr-only">{plural(count, typeLabel(type))}</span>
          </span>
        ))}
      </span>
    </span>
  );
}
