/**
 * The state of the trace list as it stands in the address, and the filter that
 * the API gets for it. The address is the only place where it is kept, so a
 * link, a reload and the back button all show the same list.
 */

import type { TraceFilter, TraceOrder, TraceState } from '@/gql/graphql';

export const ranges = ['15m', '1h', '24h', '7d', '30d', 'all'] as const;
export type Range = (typeof ranges)[number];

export const rangeLabels: Record<Range, string> = {
  '15m': 'Last 15 minutes',
  '1h': 'Last hour',
  '24h': 'Last 24 hours',
  '7d': 'Last 7 days',
  '30d': 'Last 30 days',
  all: 'All time',
};

const rangeMinutes: Record<Exclude<Range, 'all'>, number> = {
  '15m': 15,
  '1h': 60,
  '24h': 24 * 60,
  '7d': 7 * 24 * 60,
  '30d': 30 * 24 * 60,
};

export const states = ['running', 'complete', 'failed'] as const;
export type StateName = (typeof states)[number];

export const orders = ['newest', 'oldest', 'slowest', 'most-tokens', 'costliest'] as const;
export type OrderName = (typeof orders)[number];

export const orderLabels: Record<OrderName, string> = {
  newest: 'Newest first',
  oldest: 'Oldest first',
  slowest: 'Slowest first',
  'most-tokens': 'Most tokens first',
  costliest: 'Most expensive first',
};

/** The search parameters of the trace list; a missing one means its default. */
export interface TraceSearch {
  range?: Range;
  /** Bounds of a custom range, RFC 3339; they go before range. */
  from?: string;
  to?: string;
  state?: StateName;
  name?: string;
  /** Words in input and output. */
  text?: string;
  env?: string;
  session?: string;
  user?: string;
  tag?: string;
  sort?: OrderName;
}

export const defaultRange: Range = '24h';

/** Longest text that goes from the address into a filter. */
const longestText = 500;

/** Reads search parameters of any origin; what is not understood is left out. */
export function readTraceSearch(raw: Record<string, unknown>): TraceSearch {
  const search: TraceSearch = {};
  const range = oneOf(ranges, raw.range);
  if (range && range !== defaultRange) search.range = range;
  const from = moment(raw.from);
  const to = moment(raw.to);
  if (from) search.from = from;
  if (from && to && Date.parse(to) > Date.parse(from)) search.to = to;
  const state = oneOf(states, raw.state);
  if (state) search.state = state;
  const sort = oneOf(orders, raw.sort);
  if (sort && sort !== 'newest') search.sort = sort;
  for (const key of ['name', 'text', 'env', 'session', 'user', 'tag'] as const) {
    const value = text(raw[key]);
    if (value) search[key] = value;
  }
  return search;
}

/** The filter that the API gets. Relative ranges count back from now. */
export function toTraceFilter(search: TraceSearch, now: Date): TraceFilter {
  const filter: TraceFilter = {};
  if (search.from) {
    filter.startedAt = { from: search.from, ...(search.to ? { to: search.to } : {}) };
  } else {
    const range = search.range ?? defaultRange;
    if (range !== 'all') {
      const from = new Date(now.getTime() - rangeMinutes[range] * 60_000);
      filter.startedAt = { from: from.toISOString() };
    }
  }
  if (search.state) filter.state = [search.state.toUpperCase() as TraceState];
  if (search.name) filter.name = { contains: search.name };
  if (search.text) filter.text = search.text;
  if (search.env) filter.environment = { eq: search.env };
  if (search.session) filter.sessionId = { eq: search.session };
  if (search.user) filter.userId = { eq: search.user };
  if (search.tag) filter.tags = [search.tag];
  return filter;
}

const orderInputs: Record<OrderName, TraceOrder> = {
  newest: { field: 'STARTED_AT', direction: 'DESC' },
  oldest: { field: 'STARTED_AT', direction: 'ASC' },
  slowest: { field: 'DURATION', direction: 'DESC' },
  'most-tokens': { field: 'TOTAL_TOKENS', direction: 'DESC' },
  costliest: { field: 'COST', direction: 'DESC' },
};

/** The order that the API gets; none for the default one. */
export function toTraceOrder(search: TraceSearch): TraceOrder | undefined {
  return search.sort ? orderInputs[search.sort] : undefined;
}

/** How many conditions beside the time range narrow the list. */
export function conditionCount(search: TraceSearch): number {
  const { state, name, text, env, session, user, tag } = search;
  return [state, name, text, env, session, user, tag].filter(Boolean).length;
}

/** Whether anything but the time range narrows the list. */
export function hasConditions(search: TraceSearch): boolean {
  return conditionCount(search) > 0;
}

/** Whether traces may exist that the time range leaves out. */
export function isBounded(search: TraceSearch): boolean {
  return Boolean(search.from) || search.range !== 'all';
}

/** The same list without its conditions; the range and the order stay. */
export function withoutConditions(search: TraceSearch): TraceSearch {
  const { range, from, to, sort } = search;
  return readTraceSearch({ range, from, to, sort });
}

/** One text per list, to tell whether two addresses show the same one. */
export function searchKey(projectId: string, search: TraceSearch): string {
  return JSON.stringify([projectId, Object.entries(search).sort(([a], [b]) => (a < b ? -1 : 1))]);
}

function oneOf<T extends string>(allowed: readonly T[], value: unknown): T | undefined {
  return allowed.find((item) => item === value);
}

function text(value: unknown): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') {
    return undefined;
  }
  return String(value).slice(0, longestText).trim() || undefined;
}

function moment(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const time = Date.parse(value);
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}
