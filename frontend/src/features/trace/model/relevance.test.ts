import { expect, it } from 'vitest';
import { relevanceShares } from './relevance';

it.each([
  [
    [0.9, 0.5, null],
    [0.9, 0.5, null],
  ],
  [
    [12, 6, 0],
    [1, 0.5, 0],
  ],
  [
    [4, -4],
    [1, 0],
  ],
  [
    [-1, -3],
    [1, 0],
  ],
  [[null], [null]],
  [
    [0, 0],
    [0, 0],
  ],
])('draws %j as %j', (values, shares) => {
  expect(relevanceShares(values)).toEqual(shares);
});
