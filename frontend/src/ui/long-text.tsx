import clsx from 'clsx';
import { useState } from 'react';
import { formatCount } from '@/shared/format/number';

/** How much of a text is laid out before someone asks for the rest. */
const openAt = 4000;
/** Browsers lay out a few hundred thousand characters well, and then stall. */
const largest = 400_000;

/** Cuts without splitting a surrogate pair. */
export function cutText(text: string, length: number): string {
  if (text.length <= length) return text;
  const code = text.charCodeAt(length - 1);
  return text.slice(0, code >= 0xd800 && code <= 0xdbff ? length - 1 : length);
}

/** Text from a trace, as it is: never read as markup, folded when long. */
export function LongText({
  text,
  isMono = false,
  foldAt = openAt,
  className,
}: {
  text: string;
  isMono?: boolean;
  foldAt?: number;
  className?: string;
}) {
  const [isOpen, setIsOpen] = useState(false);
  // A little more than the fold is shown whole: a button for two lines is a nuisance.
  const isLong = text.length > foldAt * 1.25;
  const shown = isLong ? cutText(text, isOpen ? largest : foldAt) : text;
  return (
    <div className={className}>
      <div
        dir="auto"
        className={clsx(
          'foreign whitespace-pre-wrap',
          isMono ? 'font-mono text-xs leading-5' : 'text-sm',
        )}
      >
        {shown}
        {shown.length < text.length && <span aria-hidden="true">…</span>}
      </div>
      {isLong && (
        <button
          type="button"
          onClick={() => setIsOpen(!isOpen)}
          className="mt-1 text-sm font-medium text-accent hover:underline"
        >
          {isOpen
            ? shown.length < text.length
              ? `Show less (first ${formatCount(shown.length)} of ${formatCount(text.length)} characters shown)`
              : 'Show less'
            : `Show all ${formatCount(text.length)} characters`}
        </button>
      )}
    </div>
  );
}
