import clsx from 'clsx';
import { AlertOctagon, ChevronRight, Unlink } from 'lucide-react';
import { memo } from 'react';
import {
  formatCompact,
  formatCount,
  formatDuration,
  formatMoney,
  plural,
  speakDuration,
} from '@/shared/format/number';
import { plainLine } from '@/shared/format/plain-line';
import { lookOf, TypeIcon, typeLabel } from '@/shared/observation-type';
import { barPlace, type TimeWindow } from '../model/time-scale';
import {
  flagOrphan,
  flagRepeat,
  flagWrapper,
  isMetered,
  nameOf,
  statusError,
  statusRunning,
  type TraceTree,
  toolTally,
  typeOf,
} from '../model/trace-tree';

const indent = 14;
/** Deeper rows no longer move to the right, so that names keep a width. */
const deepestIndent = 16;

/** One step: what it is, what it took, and when it was. */
export const TreeRow = memo(function TreeRow({
  tree,
  row,
  top,
  height,
  isSelected,
  isCollapsed,
  isMatch,
  isPhone,
  window,
  onChoose,
  onToggle,
  onFit,
}: {
  tree: TraceTree;
  row: number;
  top: number;
  height: number;
  isSelected: boolean;
  isCollapsed: boolean;
  isMatch: boolean;
  isPhone: boolean;
  window: TimeWindow;
  onChoose: (row: number) => void;
  onToggle: (row: number) => void;
  onFit: (row: number) => void;
}) {
  const type = typeOf(tree, row);
  const name = plainLine(nameOf(tree, row), 200) || 'Unnamed';
  const isBranch = (tree.childCount[row] as number) > 0;
  const isFailed = tree.status[row] === statusError;
  const isRunning = tree.status[row] === statusRunning;
  const flags = tree.flags[row] as number;
  const isQuiet = (flags & (flagWrapper | flagRepeat)) !== 0;
  const isRolledUp = isBranch && isCollapsed;
  const isSum = showsSum(tree, row, isCollapsed);
  const tokens = (isSum ? tree.subtreeTokens : tree.tokens)[row] as number;
  const cost = (isSum ? tree.subtreeCostNanos : tree.costNanos)[row] as number;
  const durationUs = tree.durationUs[row] as number;
  const errorsBelow = isRolledUp ? (tree.subtreeErrors[row] as number) - (isFailed ? 1 : 0) : 0;
  const depth = Math.min(tree.depth[row] as number, deepestIndent);
  const tally = isRolledUp ? toolTally(tree, row).slice(0, 3) : [];

  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the tree around it handles the keys.
    <div
      id={`step-${row}`}
      role="treeitem"
      aria-level={(tree.depth[row] as number) + 1}
      aria-posinset={tree.position[row]}
      aria-setsize={tree.setSize[row]}
      aria-expanded={isBranch ? !isCollapsed : undefined}
      aria-selected={isSelected}
      onClick={() => onChoose(row)}
      className={clsx(
        'absolute inset-x-0 flex cursor-default text-sm [contain:strict]',
        isPhone ? 'flex-col justify-center px-2' : 'items-stretch',
        isSelected
          ? 'bg-selected group-focus-visible/tree:outline-2 group-focus-visible/tree:-outline-offset-2 group-focus-visible/tree:outline-accent'
          : 'hover:bg-surface',
        isFailed && 'shadow-[inset_3px_0_var(--error)]',
      )}
      style={{ height, transform: `translateY(${top}px)` }}
    >
      {/* What a screen reader says; all that is seen is hidden from it. */}
      <span className="sr-only">{rowLabel(tree, row, isCollapsed)}</span>
      <div
        aria-hidden="true"
        className={clsx('flex min-w-0 items-center gap-1.5 pr-2', isPhone ? 'w-full' : 'tree-name')}
        style={{ paddingLeft: 6 + depth * indent }}
      >
        {isBranch ? (
          <button
            type="button"
            tabIndex={-1}
            onClick={(event) => {
              event.stopPropagation();
              onToggle(row);
            }}
            className="relative flex size-5 shrink-0 items-center justify-center rounded-sm text-muted before:absolute before:-inset-1 hover:bg-raised hover:text-ink pointer-coarse:before:-inset-3"
          >
            <ChevronRight size={14} className={clsx(!isCollapsed && 'rotate-90')} />
          </button>
        ) : (
          <span className="w-5 shrink-0" />
        )}
        <TypeIcon type={type} />
        <span
          title={name}
          className={clsx(
            'foreign min-w-0 truncate [overflow-wrap:normal]',
            isQuiet && 'text-muted',
            isMatch && 'rounded-sm bg-match',
          )}
        >
          {name}
        </span>
        {(flags & flagOrphan) !== 0 && (
          <span title="Its parent has not arrived" className="shrink-0">
            <Unlink size={12} className="text-warn" />
          </span>
        )}
        {isFailed && <AlertOctagon size={13} className="shrink-0 text-error" />}
        {isRolledUp && (
          <span className="figures flex min-w-0 shrink-[2] items-center gap-1.5 overflow-hidden text-xs whitespace-nowrap text-muted">
            <span>+{formatCount((tree.end[row] as number) - row - 1)}</span>
            {errorsBelow > 0 && <span className="text-error">{plural(errorsBelow, 'error')}</span>}
            {tally.map((tool) => (
              <span key={tool.name} className="truncate">
                {plainLine(tool.name, 24)} ×{tool.count}
              </span>
            ))}
          </span>
        )}
        {isPhone && (
          <>
            <span className="flex-1" />
            <Duration us={durationUs} isRunning={isRunning} />
          </>
        )}
      </div>
      {!isPhone && (
        <>
          <Figure isSum={isSum} value={tokens} format={formatCompact} className="tree-tokens" />
          <Figure
            isSum={isSum}
            value={cost / 1e9}
            format={formatMoney}
            className="tree-cost pr-3"
          />
        </>
      )}
      <Lane
        tree={tree}
        row={row}
        window={window}
        isPhone={isPhone}
        isRunning={isRunning}
        isQuiet={isQuiet}
        color={lookOf(type).color}
        onFit={onFit}
      />
    </div>
  );
});

/**
 * Whether a row shows the sum of its subtree. A step that consumes tokens
 * itself shows its own while it is open; for any other the sum is what counts,
 * not what its client reports for it.
 */
function showsSum(tree: TraceTree, row: number, isCollapsed: boolean): boolean {
  return (tree.childCount[row] as number) > 0 && (isCollapsed || !isMetered(tree, row));
}

function Figure({
  value,
  format,
  isSum,
  className,
}: {
  value: number;
  format: (value: number) => string;
  isSum: boolean;
  className: string;
}) {
  return (
    <span
      aria-hidden="true"
      className={clsx(
        'figures @max-2xl:hidden flex items-center justify-end overflow-hidden text-xs whitespace-nowrap text-muted',
        className,
      )}
    >
      {Number.isNaN(value) ? '' : (isSum ? 'Σ ' : '') + format(value)}
    </span>
  );
}

function Duration({ us, isRunning }: { us: number; isRunning: boolean }) {
  return (
    <span className="figures shrink-0 text-xs whitespace-nowrap text-muted">
      {Number.isNaN(us) ? (isRunning ? 'running' : '') : formatDuration(us / 1000)}
    </span>
  );
}

function Lane({
  tree,
  row,
  window,
  isPhone,
  isRunning,
  isQuiet,
  color,
  onFit,
}: {
  tree: TraceTree;
  row: number;
  window: TimeWindow;
  isPhone: boolean;
  isRunning: boolean;
  isQuiet: boolean;
  color: string;
  onFit: (row: number) => void;
}) {
  const startUs = tree.startUs[row] as number;
  const durationUs = tree.durationUs[row] as number;
  // What runs is drawn up to the latest moment known.
  const length = Number.isNaN(durationUs) ? Math.max(0, tree.lastUs - startUs) : durationUs;
  const place = barPlace(window, startUs, length);
  const left = (place?.left ?? 0) * 100;
  const width = (place?.width ?? 0) * 100;
  const text = Number.isNaN(durationUs)
    ? isRunning
      ? 'running'
      : ''
    : formatDuration(durationUs / 1000);
  const labelSide = left + width < 78 ? 'after' : left > 22 ? 'before' : 'inside';
  return (
    <div
      aria-hidden="true"
      onDoubleClick={() => onFit(row)}
      className={clsx(
        'relative min-w-0 overflow-hidden',
        isPhone ? 'mx-1 mt-1 h-1.5 rounded-full bg-raised' : 'mr-3 flex-1',
      )}
    >
      {place && (
        <>
          <span
            className={clsx(
              'absolute rounded-[3px]',
              isPhone ? 'inset-y-0' : 'top-1/2 h-4 -translate-y-1/2',
              isRunning && 'border border-dashed',
              (isQuiet || isRunning) && 'hatched',
            )}
            style={{
              left: `${left}%`,
              width: `max(${width}%, 2px)`,
              color,
              borderColor: color,
              background: isRunning || isQuiet ? undefined : color,
            }}
          />
          {!isPhone && text && (
            <span
              className={clsx(
                'figures pointer-events-none absolute top-1/2 -translate-y-1/2 px-1.5 text-xs whitespace-nowrap',
                labelSide !== 'inside'
                  ? 'text-muted'
                  : isQuiet || isRunning
                    ? 'mr-1 rounded-sm bg-bg text-muted'
                    : 'text-bg',
              )}
              style={
                labelSide === 'after'
                  ? { left: `calc(${left + width}% + 2px)` }
                  : labelSide === 'before'
                    ? { right: `${100 - left}%` }
                    : { right: `${100 - left - width}%` }
              }
            >
              {text}
            </span>
          )}
        </>
      )}
    </div>
  );
}

/** What a screen reader says for a row. */
function rowLabel(tree: TraceTree, row: number, isCollapsed: boolean): string {
  const isRolledUp = isCollapsed && (tree.childCount[row] as number) > 0;
  const isSum = showsSum(tree, row, isCollapsed);
  const durationUs = tree.durationUs[row] as number;
  const tokens = (isSum ? tree.subtreeTokens : tree.tokens)[row] as number;
  const status = tree.status[row];
  const below = tree.subtreeErrors[row] as number;
  return [
    `${typeLabel(typeOf(tree, row))} ${plainLine(nameOf(tree, row), 200) || 'unnamed'}`,
    status === statusError ? 'error' : status === statusRunning ? 'running' : '',
    Number.isNaN(durationUs) ? '' : speakDuration(durationUs / 1000),
    Number.isNaN(tokens) ? '' : `${formatCount(tokens)} tokens${isSum ? ' in all' : ''}`,
    isRolledUp && below > 0 && status !== statusError ? `${plural(below, 'error')} below` : '',
    ((tree.flags[row] as number) & flagOrphan) !== 0 ? 'parent missing' : '',
  ]
    .filter(Boolean)
    .join(', ');
}
