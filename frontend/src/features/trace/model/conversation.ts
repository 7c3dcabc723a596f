/** How messages are shown: tool calls beside their results, long histories folded. Pure. */

/** A tool call or result as far as pairing looks at it. */
interface PartLike {
  readonly __typename: string;
  readonly callId?: string | null;
}

export interface MessageLike<P extends PartLike> {
  readonly role: string;
  readonly name?: string | null;
  readonly parts: readonly P[];
}

/** A piece to show; result is set for a tool call whose answer was found. */
export interface ShownPart<P> {
  readonly part: P;
  readonly result?: P;
}

export interface ShownMessage<P> {
  readonly role: string;
  readonly name?: string | null;
  /** Its place in the conversation, from 0. */
  readonly index: number;
  readonly parts: readonly ShownPart<P>[];
}

/**
 * Puts each tool result into the card of its call. A result belongs to the
 * nearest earlier call with its id that has none yet, since ids may repeat
 * over a long conversation; one without a call keeps its own place. A message
 * that held nothing but results disappears.
 */
export function pairToolResults<P extends PartLike>(
  messages: readonly MessageLike<P>[],
): ShownMessage<P>[] {
  const resultOfCall = new Map<P, P>();
  const openCalls = new Map<string, P[]>();
  const placed = new Set<P>();
  for (const message of messages) {
    for (const part of message.parts) {
      if (!part.callId) continue;
      if (part.__typename === 'ToolCallPart') {
        const open = openCalls.get(part.callId);
        if (open) open.push(part);
        else openCalls.set(part.callId, [part]);
      } else if (part.__typename === 'ToolResultPart') {
        const call = openCalls.get(part.callId)?.pop();
        if (call) {
          resultOfCall.set(call, part);
          placed.add(part);
        }
      }
    }
  }
  return messages.flatMap((message, index) => {
    const parts = message.parts.filter((part) => !placed.has(part));
    if (parts.length === 0 && message.parts.length > 0) return [];
    return [
      {
        role: message.role,
        name: message.name,
        index,
        parts: parts.map((part) => {
          const result = resultOfCall.get(part);
          return result ? { part, result } : { part };
        }),
      },
    ];
  });
}

/**
 * Splits a long conversation into its opening (the instructions), a folded
 * middle, and the last turns, which is what a reader comes for.
 */
export function foldHistory<T>(
  messages: readonly T[],
  opening = 1,
  last = 12,
): { opening: readonly T[]; folded: readonly T[]; last: readonly T[] } {
  if (messages.length <= opening + last + 1) return { opening: messages, folded: [], last: [] };
  return {
    opening: messages.slice(0, opening),
    folded: messages.slice(opening, messages.length - last),
    last: messages.slice(messages.length - last),
  };
}
