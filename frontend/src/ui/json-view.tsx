import clsx from 'clsx';
import { ChevronRight } from 'lucide-react';
import { useMemo, useState } from 'react';
import { formatCount, plural } from '@/shared/format/number';
import { CopyButton } from './copy-button';
import { entriesPerStep, type JsonRow, jsonRows, type OpenBranches, openFirst } from './json-rows';
import { LongText } from './long-text';

/** JSON as a tree that opens branch by branch, with the source one click away. */
export function JsonView({ value, label }: { value: unknown; label: string }) {
  const [open, setOpen] = useState<OpenBranches>(() => openFirst(value));
  const [isSource, setIsSource] = useState(false);
  const rows = useMemo(() => jsonRows(value, open), [value, open]);
  const toggle = (path: string, isOpen: boolean) => {
    const next = new Map(open);
    if (isOpen) next.delete(path);
    else next.set(path, entriesPerStep);
    setOpen(next);
  };
  const more = (path: string) => {
    setOpen(new Map(open).set(path, (open.get(path) ?? 0) + entriesPerStep * 5));
  };
  return (
    <div className="group/json relative rounded-md border border-line bg-surface">
      <div className="absolute top-1 right-1 flex items-center rounded-md bg-surface">
        <button
          type="button"
          aria-pressed={isSource}
          onClick={() => setIsSource(!isSource)}
          className="h-6 rounded-sm px-1.5 text-xs text-muted hover:bg-raised hover:text-ink aria-pressed:text-accent"
        >
          Source
        </button>
        <CopyButton text={() => JSON.stringify(value, null, 2) ?? ''} label={`Copy ${label}`} />
      </div>
      {isSource ? (
        <LongText
          isMono
          text={JSON.stringify(value, null, 2) ?? ''}
          className="px-3 py-2 pr-24"
          foldAt={8000}
        />
      ) : (
        <div
          role="region"
          aria-label={label}
          tabIndex={0}
          className="overflow-x-auto rounded-md py-1.5 pr-3 font-mono text-xs leading-6 [&>:first-child]:pr-24"
        >
          {rows.map((row) => (
            <Row
              key={`${row.kind === 'more' ? '+' : ''}${row.path}`}
              row={row}
              onToggle={toggle}
              onMore={more}
            />
          ))}
        </div>
      )}
    </div>
  );
}

function Row({
  row,
  onToggle,
  onMore,
}: {
  row: JsonRow;
  onToggle: (path: string, isOpen: boolean) => void;
  onMore: (path: string) => void;
}) {
  const indent = { paddingLeft: 8 + Math.min(row.depth, 24) * 14 };
  if (row.kind === 'more') {
    return (
      <div style={indent}>
        <button
          type="button"
          onClick={() => onMore(row.path)}
          className="ml-4 text-accent hover:underline"
        >
          {formatCount(row.left)} more
        </button>
      </div>
    );
  }
  const label = row.label !== null && (
    <>
      <span className="foreign text-[var(--kind-span)]">{row.label}</span>
      <span className="text-muted">: </span>
    </>
  );
  if (row.kind === 'value') {
    return (
      <div style={indent} className="flex">
        <span className="w-4 shrink-0" />
        <span className="min-w-0">
          {label}
          <Leaf value={row.value} />
        </span>
      </div>
    );
  }
  const isOpen = row.kind === 'open';
  const size = row.isList ? plural(row.size, 'item') : plural(row.size, 'key');
  if (row.size === 0) {
    return (
      <div style={indent} className="flex">
        <span className="w-4 shrink-0" />
        <span>
          {label}
          <span className="text-muted">{row.isList ? '[ ]' : '{ }'}</span>
        </span>
      </div>
    );
  }
  return (
    <div style={indent}>
      <button
        type="button"
        aria-expanded={isOpen}
        onClick={() => onToggle(row.path, isOpen)}
        className="flex max-w-full items-start rounded-sm text-left hover:bg-raised focus-visible:-outline-offset-1"
      >
        <ChevronRight
          size={14}
          aria-hidden="true"
          className={clsx('mt-[5px] mr-0.5 shrink-0 text-muted', isOpen && 'rotate-90')}
        />
        <span className="min-w-0">
          {label}
          <span className="text-muted">{row.isList ? `[ ${size} ]` : `{ ${size} }`}</span>
        </span>
      </button>
    </div>
  );
}

function Leaf({ value }: { value: string | number | boolean | null }) {
  if (typeof value !== 'string') {
    return <span className="text-[var(--kind-reranking)]">{String(value)}</span>;
  }
  if (value.length > 600 || value.includes('\n')) {
    return (
      <span className="block border-l-2 border-line pl-2">
        <LongText isMono text={value} foldAt={600} />
      </span>
    );
  }
  return (
    <span dir="auto" className="foreign whitespace-pre-wrap text-[var(--kind-retrieval)]">
      {JSON.stringify(value)}
    </span>
  );
}
