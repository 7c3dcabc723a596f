/** The time axis of the waterfall: a window on the trace, in microseconds after its start. */

export interface TimeWindow {
  readonly from: number;
  readonly to: number;
}

/** Shorter windows would make bars of single microseconds. */
const narrowest = 10;

/** The window that shows everything; a trace without duration still gets a width. */
export function wholeWindow(lastUs: number): TimeWindow {
  return { from: 0, to: Math.max(lastUs, 1) };
}

/** Where a bar stands, as shares of the lane. Undefined where it lies wholly outside of the window. */
export function barPlace(
  window: TimeWindow,
  startUs: number,
  durationUs: number,
): { left: number; width: number; isCut: boolean } | undefined {
  const span = window.to - window.from;
  const end = startUs + durationUs;
  if (startUs > window.to || end < window.from) return undefined;
  const from = Math.max(startUs, window.from);
  const to = Math.min(end, window.to);
  return {
    left: (from - window.from) / span,
    width: (to - from) / span,
    isCut: from > startUs || to < end,
  };
}

/** The window zoomed by a factor (below 1 comes closer) around a share of the lane, kept within the trace. */
export function zoom(
  window: TimeWindow,
  lastUs: number,
  factor: number,
  around: number,
): TimeWindow {
  const whole = wholeWindow(lastUs);
  const span = Math.min(whole.to, Math.max(narrowest, (window.to - window.from) * factor));
  const fixed = window.from + (window.to - window.from) * around;
  return within(fixed - span * around, span, whole);
}

/** The window moved by a share of its width. */
export function pan(window: TimeWindow, lastUs: number, share: number): TimeWindow {
  const span = window.to - window.from;
  return within(window.from + span * share, span, wholeWindow(lastUs));
}

/** The window that fits one bar with a little air at both ends. */
export function fitBar(startUs: number, durationUs: number, lastUs: number): TimeWindow {
  const span = Math.max(narrowest, durationUs * 1.1);
  return within(startUs - (span - durationUs) / 2, span, wholeWindow(lastUs));
}

export function isWhole(window: TimeWindow, lastUs: number): boolean {
  return window.from <= 0 && window.to >= wholeWindow(lastUs).to;
}

/** Round moments for the axis, at most count of them. */
export function ticks(window: TimeWindow, count: number): number[] {
  const rough = (window.to - window.from) / Math.max(1, count);
  const magnitude = 10 ** Math.floor(Math.log10(Math.max(rough, 1)));
  const step = [1, 2, 5, 10].map((m) => m * magnitude).find((s) => s >= rough) ?? magnitude * 10;
  const moments: number[] = [];
  for (let at = Math.ceil(window.from / step) * step; at <= window.to; at += step) moments.push(at);
  return moments;
}

function within(from: number, span: number, whole: TimeWindow): TimeWindow {
  const bounded = Math.min(span, whole.to);
  const start = Math.min(Math.max(0, from), whole.to - bounded);
  return { from: start, to: start + bounded };
}
