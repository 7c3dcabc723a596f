import { CircleAlert, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Problem } from '@/shared/api/errors';
import { Button } from './button';

/** What stands where there is nothing to show: why, and what to do. */
export function EmptyState({
  icon: Icon,
  title,
  children,
  actions,
}: {
  icon?: LucideIcon;
  title: string;
  children?: ReactNode;
  actions?: ReactNode;
}) {
  return (
    <div className="mx-auto flex max-w-xl flex-col items-center gap-3 px-4 py-16 text-center">
      {Icon && <Icon size={28} strokeWidth={1.5} aria-hidden="true" className="text-muted" />}
      <h2 className="text-lg font-semibold">{title}</h2>
      {children && <div className="text-muted">{children}</div>}
      {actions && <div className="mt-1 flex flex-wrap justify-center gap-2">{actions}</div>}
    </div>
  );
}

/** A failure in place of what could not be loaded. */
export function ErrorState({ problem, onRetry }: { problem: Problem; onRetry?: () => void }) {
  return (
    <div
      role="alert"
      className="mx-auto flex max-w-xl flex-col items-center gap-3 px-4 py-16 text-center"
    >
      <CircleAlert size={28} strokeWidth={1.5} aria-hidden="true" className="text-error" />
      <h2 className="text-lg font-semibold">{problem.title}</h2>
      <p className="foreign text-muted">{problem.detail}</p>
      {problem.requestId && (
        <p className="text-xs text-muted">
          Request <code className="font-mono">{problem.requestId}</code>
        </p>
      )}
      {onRetry && problem.canRetry && <Button onClick={onRetry}>Try again</Button>}
    </div>
  );
}

/** A grey bar where text is about to appear. */
export function Skeleton({ className = '' }: { className?: string }) {
  return (
    <span aria-hidden="true" className={`pulsing block h-3 rounded-sm bg-raised ${className}`} />
  );
}
