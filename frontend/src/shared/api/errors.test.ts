import { GraphQLError } from 'graphql';
import { describe, expect, it } from 'vitest';
import { describeError, hasCode, sentence } from './errors';

const withCode = (code: string, message = 'raw words', requestId?: string) => ({
  graphQLErrors: [new GraphQLError(message, { extensions: { code, requestId } })],
  networkError: undefined,
});

describe('describeError', () => {
  it('says that the server cannot be reached where there was no answer', () => {
    const problem = describeError({
      graphQLErrors: [],
      networkError: new Error('Failed to fetch'),
    });
    expect(problem.title).toBe('Treeline cannot be reached');
    expect(problem.canRetry).toBe(true);
  });
  it('shows the words of the server for a refused input', () => {
    expect(describeError(withCode('BAD_INPUT', 'matches: bad class')).detail).toBe(
      'matches: bad class',
    );
  });
  it('keeps inner words of a server fault from the reader but passes the request id', () => {
    const problem = describeError(withCode('INTERNAL', 'pq: relation missing', 'req-1'));
    expect(problem.detail).not.toContain('relation');
    expect(problem.requestId).toBe('req-1');
  });
  it('asks to load the page again where the server does not know its documents', () => {
    const error = new GraphQLError('no trusted document has this documentId', {
      extensions: { code: 'BAD_INPUT', inputPath: 'documentId' },
    });
    const problem = describeError({ graphQLErrors: [error], networkError: undefined });
    expect(problem.title).toBe('Treeline was updated');
    expect(problem.canRetry).toBe(false);
  });
  it('does not offer a retry that cannot help', () => {
    expect(describeError(withCode('FORBIDDEN')).canRetry).toBe(false);
    expect(describeError(withCode('COST_LIMIT')).canRetry).toBe(false);
  });
});

it('finds a code among several errors', () => {
  const error = {
    graphQLErrors: [new GraphQLError('a'), ...withCode('UNAUTHENTICATED').graphQLErrors],
    networkError: undefined,
  };
  expect(hasCode(error, 'UNAUTHENTICATED')).toBe(true);
  expect(hasCode(error, 'FORBIDDEN')).toBe(false);
  expect(hasCode(undefined, 'FORBIDDEN')).toBe(false);
});

it.each([
  ['the password is wrong', 'The password is wrong.'],
  ['Try again!', 'Try again!'],
  [' élan ', 'Élan.'],
])('makes a sentence of %j', (message, expected) => {
  expect(sentence(message)).toBe(expected);
});
