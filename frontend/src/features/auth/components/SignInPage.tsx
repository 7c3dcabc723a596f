import { type FormEvent, useEffect, useRef, useState } from 'react';
import { useMutation } from 'urql';
import { SignInDocument } from '@/gql/graphql';
import { describeError, sentence } from '@/shared/api/errors';
import { Button } from '@/ui/button';
import { TextField } from '@/ui/field';
import { Logo } from '@/ui/logo';

/** Sign-in with e-mail and password; the server sets the cookie. */
export function SignInPage({ onSignedIn }: { onSignedIn: () => void }) {
  const [result, signIn] = useMutation(SignInDocument);
  const [failure, setFailure] = useState<string>();
  const [fieldErrors, setFieldErrors] = useState<{ email?: string; password?: string }>({});
  const alert = useRef<HTMLParagraphElement>(null);
  const form = useRef<HTMLFormElement>(null);

  useEffect(() => {
    document.title = 'Sign in – Treeline';
    form.current?.querySelector('input')?.focus();
  }, []);
  useEffect(() => {
    if (failure) alert.current?.focus();
  }, [failure]);

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const email = String(fields.get('email') ?? '').trim();
    const password = String(fields.get('password') ?? '');
    const missing = {
      ...(email ? {} : { email: 'Enter your e-mail address.' }),
      ...(password ? {} : { password: 'Enter your password.' }),
    };
    setFieldErrors(missing);
    setFailure(undefined);
    if (missing.email || missing.password) return;

    const { data, error } = await signIn({ input: { email, password } }, { handlesSignOut: true });
    if (error) {
      const problem = describeError(error);
      setFailure(`${problem.title}. ${problem.detail}`);
    } else if (data?.signIn.viewer) {
      onSignedIn();
    } else {
      const [first] = data?.signIn.userErrors ?? [];
      setFailure(
        first ? sentence(first.message) : 'Signing in failed. Check the address and the password.',
      );
    }
  };

  return (
    <main id="main" className="flex min-h-dvh flex-col items-center bg-surface px-4 pt-[14vh] pb-8">
      <div className="w-full max-w-sm">
        <div className="mb-6 flex items-center justify-center gap-2.5">
          <Logo size={28} />
          <span className="text-xl font-semibold tracking-tight">Treeline</span>
        </div>
        <form
          ref={form}
          onSubmit={submit}
          noValidate
          className="flex flex-col gap-4 rounded-lg border border-line bg-bg p-6 shadow-popup"
        >
          <h1 className="text-lg font-semibold">Sign in</h1>
          {failure && (
            <p
              ref={alert}
              role="alert"
              tabIndex={-1}
              className="foreign rounded-md border border-error bg-error-bg px-3 py-2 text-sm text-error outline-none"
            >
              {failure}
            </p>
          )}
          <TextField
            label="E-mail"
            name="email"
            type="email"
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            required
            error={fieldErrors.email}
          />
          <TextField
            label="Password"
            name="password"
            type="password"
            autoComplete="current-password"
            required
            error={fieldErrors.password}
          />
          <Button type="submit" variant="primary" className="mt-1 h-10" disabled={result.fetching}>
            {result.fetching ? 'Signing in…' : 'Sign in'}
          </Button>
        </form>
        <p className="mt-4 text-center text-sm text-muted">
          No account yet? Ask an administrator of your organization to invite you.
        </p>
      </div>
    </main>
  );
}
