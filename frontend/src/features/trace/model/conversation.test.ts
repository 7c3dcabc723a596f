import { describe, expect, it } from 'vitest';
import { foldHistory, pairToolResults } from './conversation';

const text = (value: string) => ({ __typename: 'TextPart', text: value });
const call = (callId: string | null, name: string) => ({
  __typename: 'ToolCallPart',
  callId,
  name,
});
const result = (callId: string | null, value: string) => ({
  __typename: 'ToolResultPart',
  callId,
  value,
});

describe('pairToolResults', () => {
  it('puts a result into the card of its call and drops the emptied message', () => {
    const shown = pairToolResults<{ __typename: string; callId?: string | null }>([
      { role: 'ASSISTANT', parts: [text('let me look'), call('c1', 'search')] },
      { role: 'TOOL', parts: [result('c1', 'found')] },
      { role: 'ASSISTANT', parts: [text('here')] },
    ]);
    expect(shown.map((message) => message.index)).toEqual([0, 2]);
    expect(shown[0]?.parts[1]?.result).toMatchObject({ value: 'found' });
  });

  it('keeps a result whose call is not there, and a call without a result', () => {
    const shown = pairToolResults<{ __typename: string; callId?: string | null }>([
      { role: 'TOOL', parts: [result('gone', 'x'), result(null, 'y')] },
      { role: 'ASSISTANT', parts: [call('c2', 'search')] },
    ]);
    expect(shown[0]?.parts).toHaveLength(2);
    expect(shown[1]?.parts[0]?.result).toBeUndefined();
  });

  it('pairs repeated ids with the nearest open call, and never with a later one', () => {
    const first = call('same', 'first');
    const second = call('same', 'second');
    const early = result('same', 'early');
    const shown = pairToolResults<{ __typename: string; callId?: string | null }>([
      { role: 'TOOL', parts: [early] },
      { role: 'ASSISTANT', parts: [first] },
      { role: 'TOOL', parts: [result('same', 'one')] },
      { role: 'ASSISTANT', parts: [second] },
      { role: 'TOOL', parts: [result('same', 'two')] },
    ]);
    expect(shown.map((message) => message.parts.map((p) => p.result))).toEqual([
      [undefined],
      [expect.objectContaining({ value: 'one' })],
      [expect.objectContaining({ value: 'two' })],
    ]);
  });

  it('keeps a message that came without any piece', () => {
    expect(pairToolResults([{ role: 'ASSISTANT', parts: [] }])).toHaveLength(1);
  });
});

describe('foldHistory', () => {
  const turns = (n: number) => Array.from({ length: n }, (_, i) => i);
  it('shows a short conversation whole', () => {
    expect(foldHistory(turns(14)).folded).toEqual([]);
  });
  it('folds the middle of a long one and loses nothing', () => {
    const { opening, folded, last } = foldHistory(turns(40));
    expect([...opening, ...folded, ...last]).toEqual(turns(40));
    expect(opening).toHaveLength(1);
    expect(last).toHaveLength(12);
  });
});
