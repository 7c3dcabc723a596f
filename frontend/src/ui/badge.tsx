import clsx from 'clsx';
import type { ReactNode } from 'react';

export type Tone = 'neutral' | 'ok' | 'error' | 'warn' | 'running';

const tones: Record<Tone, string> = {
  neutral: 'bg-raised text-ink',
  ok: 'bg-ok-bg text-ok',
  error: 'bg-error-bg text-error',
  warn: 'bg-warn-bg text-warn',
  running: 'bg-running-bg text-running',
};

/** A short word on a tinted ground. */
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
        'inline-flex h-5 max-w-full shrink-0 items-center gap-1 rounded-sm px-1.5 text-xs font-medium whitespace-nowrap',
        tones[tone],
        className,
      )}
    >
      {children}
    </span>
  );
}
