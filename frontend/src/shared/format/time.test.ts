import { expect, it } from 'vitest';
import { formatAgo, formatListTime } from './time';

const now = new Date(2026, 5, 15, 12, 0, 0);
const at = (ms: number) => new Date(now.getTime() - ms).toISOString();

it('leaves the date out today and the year out this year', () => {
  expect(formatListTime(at(1000), now)).toBe('11:59:59');
  expect(formatListTime(at(3 * 86_400_000), now)).toBe('12 Jun, 12:00:00');
  expect(formatListTime(at(400 * 86_400_000), now)).toMatch(/2025, 12:00:00$/);
});

it('says how long ago in the largest whole unit', () => {
  expect(formatAgo(at(1000), now)).toBe('just now');
  expect(formatAgo(at(90_000), now)).toBe('1 min ago');
  expect(formatAgo(at(49 * 3_600_000), now)).toBe('2 d ago');
  expect(formatAgo(at(-1000), now)).toBe('in the future');
});
