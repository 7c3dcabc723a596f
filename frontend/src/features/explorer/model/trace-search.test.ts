import { describe, expect, it } from 'vitest';
import { readSearch, writeSearch } from '@/shared/search-params';
import {
  hasConditions,
  isBounded,
  readTraceSearch,
  searchKey,
  type TraceSearch,
  toTraceFilter,
  toTraceOrder,
  withoutConditions,
} from './trace-search';

const now = new Date('2026-06-15T12:00:00Z');

describe('readTraceSearch', () => {
  it.each<[string, TraceSearch]>([
    ['', {}],
    [
      '?range=7d&state=failed&name=answer&text=refund+policy&env=staging',
      {
        range: '7d',
        state: 'failed',
        name: 'answer',
        text: 'refund policy',
        env: 'staging',
      },
    ],
    ['?range=24h&sort=newest', {}],
    ['?range=5y&state=FAILED&sort=constructor', {}],
    ['?name=%20%20', {}],
    ['?name=123&tag=true', { name: '123', tag: 'true' }],
    [
      '?from=2026-06-01T00:00:00Z&to=2026-06-02T00:00:00Z',
      {
        from: '2026-06-01T00:00:00.000Z',
        to: '2026-06-02T00:00:00.000Z',
      },
    ],
    ['?from=2026-06-02T00:00:00Z&to=2026-06-01T00:00:00Z', { from: '2026-06-02T00:00:00.000Z' }],
    ['?to=2026-06-01T00:00:00Z', {}],
    ['?from=nonsense', {}],
  ])('reads %s', (address, expected) => {
    expect(readTraceSearch(readSearch(address))).toEqual(expected);
  });

  it('gives back what it wrote, whatever the text', () => {
    for (const name of ['a&b=c', '"quoted"', '100%', '{"a":1}', 'null', '+1', 'ü ☃ 😀', '#x']) {
      const search = { name, sort: 'slowest' as const };
      expect(readTraceSearch(readSearch(writeSearch(search)))).toEqual(search);
    }
  });
});

describe('toTraceFilter', () => {
  it('bounds a list without a range by the last day', () => {
    expect(toTraceFilter({}, now)).toEqual({ startedAt: { from: '2026-06-14T12:00:00.000Z' } });
  });
  it('has no bound for all time', () => {
    expect(toTraceFilter({ range: 'all' }, now)).toEqual({});
  });
  it('prefers custom bounds', () => {
    const search = readTraceSearch({ range: '7d', from: '2026-06-01T00:00:00Z' });
    expect(toTraceFilter(search, now)).toEqual({ startedAt: { from: '2026-06-01T00:00:00.000Z' } });
  });
  it('turns every condition into its field', () => {
    expect(
      toTraceFilter(
        {
          range: 'all',
          state: 'failed',
          name: 'n',
          text: 't',
          env: 'e',
          session: 's',
          user: 'u',
          tag: 'x',
        },
        now,
      ),
    ).toEqual({
      state: ['FAILED'],
      name: { contains: 'n' },
      text: 't',
      environment: { eq: 'e' },
      sessionId: { eq: 's' },
      userId: { eq: 'u' },
      tags: ['x'],
    });
  });
});

it('sends an order only where it is not the default', () => {
  expect(toTraceOrder({})).toBeUndefined();
  expect(toTraceOrder({ sort: 'costliest' })).toEqual({ field: 'COST', direction: 'DESC' });
});

it('drops conditions but keeps range and order', () => {
  const search: TraceSearch = { range: '7d', sort: 'slowest', name: 'x', state: 'failed' };
  expect(hasConditions(search)).toBe(true);
  expect(withoutConditions(search)).toEqual({ range: '7d', sort: 'slowest' });
  expect(hasConditions(withoutConditions(search))).toBe(false);
});

it('knows when a range may hide traces', () => {
  expect(isBounded({})).toBe(true);
  expect(isBounded({ range: 'all' })).toBe(false);
});

it('keys a list by what it shows, not by the order of its parameters', () => {
  expect(searchKey('p', { name: 'a', env: 'b' })).toBe(searchKey('p', { env: 'b', name: 'a' }));
  expect(searchKey('p', { name: 'a' })).not.toBe(searchKey('q', { name: 'a' }));
});
