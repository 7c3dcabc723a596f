import { expect, it } from 'vitest';
import { safeNext } from './base-path';

it.each([
  ['/projects/p/traces?range=7d', '/projects/p/traces?range=7d'],
  ['/', undefined],
  ['/sign-in?next=/x', undefined],
  ['//evil.example/x', undefined],
  ['/\\evil.example', undefined],
  ['/\t/evil.example', undefined],
  ['https://evil.example', undefined],
  ['javascript:alert(1)', undefined],
  ['/.//evil.example', undefined],
  [42, undefined],
])('takes %s as %s', (next, expected) => {
  expect(safeNext(next)).toBe(expected);
});
