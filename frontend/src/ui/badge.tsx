import clsx from 'clsx';
import type { ReactNode } from 'react';

export type Tone = 'plain' | 'neutral' | 'ok' | 'error' | 'warn' | 'running';

const tones: Record<Tone, string> = {
  plain: 'text-muted',
  neutral: 'bg-raised px-1.5 text-ink',
  ok: 'bg-ok-bg px-1.5 text-ok',
  error: 'bg-error-bg px-1.5 text-error',
  warn: 'bg-warn-bg px-1.5 text-warn',
  running: 'bg-running-bg px-1.5 text-running',
};

/** A short word on a tinted ground; a plain one has none, for what needs no attention. */
export function Badge({
  tone = 'neutral',
  title,
  className,
  children,
}: {
  tone?: Tone;
  title?: string;
  className?: string;
  children: ReactNode;
}) {
  return (
    <span
      title={title}
      className={clsx(
        'inline-flex h-5 max-w-full shrink-0 items-center gap-1 rounded-sm text-xs font-medium whitespace-nowrap',
        tones[tone],
        className,
      )}
    >
      {children}
    </span>
  );
}
