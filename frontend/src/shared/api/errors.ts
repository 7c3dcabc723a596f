/** What failed requests mean for a reader. Pure. */

import type { CombinedError } from 'urql';

/** Codes that the API puts into errors[].extensions.code. */
export type ErrorCode =
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'NOT_FOUND'
  | 'BAD_INPUT'
  | 'COST_LIMIT'
  | 'RATE_LIMITED'
  | 'TIMEOUT'
  | 'INTERNAL';

type ErrorLike = Pick<CombinedError, 'graphQLErrors' | 'networkError'>;

/** Whether any of the errors has a code. */
export function hasCode(error: ErrorLike | undefined, code: ErrorCode): boolean {
  return error?.graphQLErrors.some((item) => item.extensions?.code === code) ?? false;
}

/** What happened, what to do, and what to quote when asking for help. */
export interface Problem {
  title: string;
  detail: string;
  /** Whether doing the same again may help. */
  canRetry: boolean;
  requestId?: string;
}

const advice: Partial<Record<ErrorCode, [title: string, detail: string, canRetry: boolean]>> = {
  UNAUTHENTICATED: ['You are signed out', 'Sign in again to go on.', false],
  FORBIDDEN: [
    'You may not see this',
    'Ask an administrator of the organization for access.',
    false,
  ],
  NOT_FOUND: ['Not found', 'It does not exist, or you may not see it.', false],
  COST_LIMIT: [
    'This asks for too much at once',
    'Narrow the time range or the filter and try again.',
    false,
  ],
  RATE_LIMITED: ['Too many requests', 'Wait a moment, then try again.', true],
  TIMEOUT: ['The search took too long', 'Narrow the time range or the filter, or try again.', true],
  INTERNAL: ['Something went wrong on the server', 'Try again in a moment.', true],
};

/** A message of the server, which begins small as Go's errors do, as a sentence. */
export function sentence(message: string): string {
  const text = message.trim();
  return text.charAt(0).toUpperCase() + text.slice(1) + (/[.!?…]$/.test(text) ? '' : '.');
}

/** Puts an error into words. */
export function describeError(error: ErrorLike): Problem {
  const first = error.graphQLErrors[0];
  if (!first) {
    return {
      title: 'Treeline cannot be reached',
      detail: 'Check your connection and that the server runs, then try again.',
      canRetry: true,
    };
  }
  if (first.extensions?.inputPath === 'documentId') {
    return {
      title: 'Treeline was updated',
      detail: 'This page is older than the server. Load it again to go on.',
      canRetry: false,
    };
  }
  const code = first.extensions?.code;
  const requestId = first.extensions?.requestId;
  const known = typeof code === 'string' ? advice[code as ErrorCode] : undefined;
  const problem: Problem = known
    ? { title: known[0], detail: known[1], canRetry: known[2] }
    : {
        title: code === 'BAD_INPUT' ? 'The server did not accept this' : 'The request failed',
        detail: first.message,
        canRetry: code !== 'BAD_INPUT',
      };
  if (typeof requestId === 'string') problem.requestId = requestId;
  return problem;
}
