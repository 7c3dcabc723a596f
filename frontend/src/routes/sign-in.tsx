import { createFileRoute, redirect, useRouter } from '@tanstack/react-router';
import { SignInPage } from '@/features/auth';
import { loadViewer } from '@/shared/api/viewer';
import { safeNext } from '@/shared/base-path';

export const Route = createFileRoute('/sign-in')({
  validateSearch: (raw: Record<string, unknown>): { next?: string } => {
    const next = safeNext(raw.next);
    return next ? { next } : {};
  },
  beforeLoad: async ({ context }) => {
    // Someone who is signed in has no business here. A server that cannot be
    // asked shows its error when the form is sent.
    const viewer = await loadViewer(context.api).catch(() => null);
    if (viewer) throw redirect({ to: '/' });
  },
  component: SignInRoute,
});

function SignInRoute() {
  // The router hands on what a validator leaves out, so it is asked again.
  const next = safeNext(Route.useSearch().next);
  const router = useRouter();
  return (
    <SignInPage
      onSignedIn={() => {
        if (next) router.history.push(`${router.basepath.replace(/\/$/, '')}${next}`);
        else void router.navigate({ to: '/' });
      }}
    />
  );
}
