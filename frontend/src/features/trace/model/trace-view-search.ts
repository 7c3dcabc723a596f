/** What the address of a trace says beside which trace it is. */

export const tabs = ['content', 'attributes', 'events', 'payloads'] as const;
export type TabName = (typeof tabs)[number];

export interface TraceViewSearch {
  /** The global id of the selected observation. */
  span?: string;
  /** The open part of its details; content where missing. */
  tab?: TabName;
}

export function readTraceViewSearch(raw: Record<string, unknown>): TraceViewSearch {
  const search: TraceViewSearch = {};
  if (typeof raw.span === 'string' && raw.span.length <= 4096 && raw.span) search.span = raw.span;
  const tab = tabs.find((item) => item === raw.tab);
  if (tab && tab !== 'content') search.tab = tab;
  return search;
}
