import { describe, expect, it } from 'vitest';
import { barPlace, fitBar, isWhole, pan, ticks, wholeWindow, zoom } from './time-scale';

describe('barPlace', () => {
  const window = { from: 100, to: 300 };
  it('places a bar within the window', () => {
    expect(barPlace(window, 150, 50)).toEqual({ left: 0.25, width: 0.25, isCut: false });
  });
  it('cuts a bar that reaches out of the window', () => {
    expect(barPlace(window, 0, 1000)).toEqual({ left: 0, width: 1, isCut: true });
  });
  it('drops a bar outside of the window', () => {
    expect(barPlace(window, 0, 50)).toBeUndefined();
    expect(barPlace(window, 301, 50)).toBeUndefined();
  });
});

describe('zoom', () => {
  it('keeps the moment under the pointer', () => {
    const window = zoom({ from: 0, to: 1000 }, 1000, 0.5, 0.25);
    expect(window).toEqual({ from: 125, to: 625 });
    expect(window.from + (window.to - window.from) * 0.25).toBe(250);
  });
  it('never leaves the trace and never narrows to nothing', () => {
    expect(zoom({ from: 400, to: 600 }, 1000, 100, 0.5)).toEqual({ from: 0, to: 1000 });
    const close = zoom({ from: 400, to: 410 }, 1000, 0.001, 0.5);
    expect(close.to - close.from).toBe(10);
  });
  it('works for a trace without duration', () => {
    expect(wholeWindow(0)).toEqual({ from: 0, to: 1 });
    expect(isWhole(zoom(wholeWindow(0), 0, 0.5, 0.5), 0)).toBe(true);
  });
});

it('pans within the trace', () => {
  expect(pan({ from: 0, to: 100 }, 1000, 0.5)).toEqual({ from: 50, to: 150 });
  expect(pan({ from: 0, to: 100 }, 1000, -1)).toEqual({ from: 0, to: 100 });
  expect(pan({ from: 850, to: 950 }, 1000, 1)).toEqual({ from: 900, to: 1000 });
});

it('fits a bar with air at both ends', () => {
  const window = fitBar(400, 100, 1000);
  expect(window.from).toBeCloseTo(395);
  expect(window.to).toBeCloseTo(505);
  expect(fitBar(0, 100, 1000).from).toBe(0);
});

describe('ticks', () => {
  it.each([
    [{ from: 0, to: 1000 }, 5, [0, 200, 400, 600, 800, 1000]],
    [{ from: 130, to: 480 }, 4, [200, 300, 400]],
    [{ from: 0, to: 1 }, 4, [0, 1]],
  ])('are round numbers within %o', (window, count, expected) => {
    expect(ticks(window, count)).toEqual(expected);
  });
});
