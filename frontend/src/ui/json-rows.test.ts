import { describe, expect, it } from 'vitest';
import { jsonRows, openFirst } from './json-rows';

const paths = (value: unknown, open = openFirst(value)) =>
  jsonRows(value, open).map((row) => row.path);

describe('jsonRows', () => {
  it('shows a bare value as one row', () => {
    expect(jsonRows('x', openFirst('x'))).toEqual([
      { kind: 'value', path: '', depth: 0, label: null, value: 'x' },
    ]);
  });

  it('writes paths as JSON pointers', () => {
    expect(paths({ 'a/b': { '~': 1 } })).toEqual(['', '/a~1b', '/a~1b/~0']);
  });

  it('keeps closed branches closed', () => {
    const rows = jsonRows({ a: { b: 1 } }, new Map([['', 100]]));
    expect(rows[1]).toMatchObject({ kind: 'closed', label: 'a', size: 1, isList: false });
    expect(rows).toHaveLength(2);
  });

  it('shows long lists in steps', () => {
    const rows = jsonRows(
      Array.from({ length: 250 }, (_, i) => i),
      new Map([['', 100]]),
    );
    expect(rows).toHaveLength(102);
    expect(rows[101]).toEqual({ kind: 'more', path: '', depth: 1, left: 150 });
  });

  it('does not take keys of the prototype for entries', () => {
    const value = JSON.parse('{"__proto__": {"x": 1}, "constructor": 2}');
    expect(paths(value)).toEqual(['', '/__proto__', '/__proto__/x', '/constructor']);
  });
});

describe('openFirst', () => {
  it('opens small values whole and only the top of large ones', () => {
    expect([...openFirst({ a: { b: [1] } }).keys()]).toEqual(['', '/a', '/a/b']);
    const large = { list: Array.from({ length: 500 }, (_, i) => ({ i })) };
    expect([...openFirst(large).keys()]).toEqual(['']);
  });

  it('opens the top even where it is long', () => {
    expect(openFirst(Array.from({ length: 1000 }, () => 0)).has('')).toBe(true);
  });

  it('ends on a value that is very deep', () => {
    let deep: unknown = 1;
    for (let i = 0; i < 5000; i++) deep = [deep];
    expect(openFirst(deep).size).toBeLessThanOrEqual(61);
  });
});
