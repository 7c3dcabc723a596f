import {
  createRootRouteWithContext,
  type ErrorComponentProps,
  Outlet,
} from '@tanstack/react-router';
import { Compass } from 'lucide-react';
import { type Client, CombinedError } from 'urql';
import { describeError } from '@/shared/api/errors';
import { buttonClass } from '@/ui/button';
import { EmptyState, ErrorState } from '@/ui/states';

export interface RouterContext {
  api: Client;
}

export const Route = createRootRouteWithContext<RouterContext>()({
  component: Outlet,
  errorComponent: RouteError,
  notFoundComponent: NotFound,
});

function RouteError({ error }: ErrorComponentProps) {
  const problem =
    error instanceof CombinedError
      ? describeError(error)
      : {
          title: 'This page broke',
          detail: 'Load it again. If it breaks again, please report what you did before.',
          canRetry: true,
        };
  const retry = () => {
    location.reload();
  };
  return (
    <main id="main">
      <ErrorState problem={problem} onRetry={retry} />
    </main>
  );
}

export function NotFound() {
  return (
    <EmptyState
      icon={Compass}
      title="There is nothing here"
      actions={
        <a href="./" className={buttonClass('primary')}>
          Go to your traces
        </a>
      }
    >
      The address may be mistyped, or what it named is gone or not yours to see.
    </EmptyState>
  );
}
