import { describe, expect, it } from 'vitest';
import { plainLine } from './plain-line';

describe('plainLine', () => {
  it('keeps an ordinary name', () => {
    expect(plainLine('answer_question')).toBe('answer_question');
  });
  it('puts text that tries to break the line onto one line', () => {
    expect(plainLine('a\r\nb\tc\u2028d')).toBe('a b c d');
  });
  it('drops marks that would reorder the neighbours', () => {
    expect(plainLine('abc\u202egnp.exe')).toBe('abcgnp.exe');
  });
  it('bounds the length without splitting a character', () => {
    const line = plainLine('😀'.repeat(2000), 10);
    expect(line).toBe(`${'😀'.repeat(10)}…`);
  });
});
