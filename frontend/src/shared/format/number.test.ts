import { describe, expect, it } from 'vitest';
import {
  formatBytes,
  formatCompact,
  formatDuration,
  formatMoney,
  formatNumber,
  plural,
} from './number';

describe('formatDuration', () => {
  it.each([
    [0, '0 ms'],
    [0.0004, '0 µs'],
    [0.25, '250 µs'],
    [0.9996, '1.00 ms'],
    [1, '1.00 ms'],
    [42.25, '42.3 ms'],
    [99.96, '100 ms'],
    [999.6, '1.00 s'],
    [1234, '1.23 s'],
    [59_960, '1 m 00 s'],
    [61_000, '1 m 01 s'],
    [3_599_600, '1 h 00 m'],
    [90 * 60_000, '1 h 30 m'],
    [25 * 3_600_000, '1 d 1 h'],
    [-5, '-5.00 ms'],
    [Number.NaN, '–'],
  ])('writes %d ms as %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});

describe('formatMoney', () => {
  it.each([
    [0, '$0'],
    [0.0000001, '<$0.000001'],
    [0.00000123, '$0.000001'],
    [0.00123, '$0.0012'],
    [0.0456, '$0.046'],
    [0.4, '$0.40'],
    [0.999, '$1.00'],
    [12.345, '$12.35'],
    [12345.6, '$12,346'],
  ])('writes %d as %s', (dollars, text) => {
    expect(formatMoney(dollars)).toBe(text);
  });
});

describe('formatCompact', () => {
  it.each([
    [0, '0'],
    [999, '999'],
    [1000, '1.0k'],
    [12_345, '12.3k'],
    [123_456, '123k'],
    [999_999, '1.0M'],
    [2_500_000_000, '2.5B'],
  ])('writes %d as %s', (value, text) => {
    expect(formatCompact(value)).toBe(text);
  });
});

it('writes sizes with binary units', () => {
  expect(formatBytes(512)).toBe('512 B');
  expect(formatBytes(1536)).toBe('1.5 KiB');
  expect(formatBytes(10 * 1024 * 1024)).toBe('10 MiB');
});

it('trims numbers without rounding integers', () => {
  expect(formatNumber(1234567)).toBe('1,234,567');
  expect(formatNumber(0.123456)).toBe('0.1235');
});

it('picks singular and plural', () => {
  expect(plural(1, 'match', 'matches')).toBe('1 match');
  expect(plural(1200, 'trace')).toBe('1,200 traces');
});
