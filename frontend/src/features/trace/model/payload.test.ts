import { expect, it } from 'vitest';
import { plainText, structureOf } from './payload';

it('takes only structure that parses for JSON', () => {
  expect(structureOf(' {"a": 1}')).toEqual({ a: 1 });
  expect(structureOf('[draft] please check')).toBeUndefined();
  expect(structureOf('{"a": 1')).toBeUndefined();
  expect(structureOf('42')).toBeUndefined();
  expect(structureOf(`[${'1,'.repeat(1_500_000)}1]`)).toBeUndefined();
});

it('takes the quotes from a JSON string and leaves other text alone', () => {
  expect(plainText('"a\\nb"', 'application/json')).toBe('a\nb');
  expect(plainText('"a\\nb"', 'text/plain')).toBe('"a\\nb"');
  expect(plainText('"cut', 'application/json')).toBe('"cut');
});
