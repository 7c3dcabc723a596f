/** Payload text as something to show. Pure. */

/** Above this size a payload is shown as text only: a tree of it would be slow and nobody's first look. */
const largestJson = 2_000_000;

/**
 * The value of a payload that is JSON with structure, or undefined where it is
 * better read as text. Text that happens to be an object or a list counts.
 */
export function structureOf(text: string): object | undefined {
  const start = text.trimStart().charAt(0);
  if (start !== '{' && start !== '[') return undefined;
  if (text.length > largestJson) return undefined;
  // Prose in brackets is common in plain text; only what parses is JSON.
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** A JSON text that is only a string, without its quotes; other text as it is. */
export function plainText(text: string, mimeType: string): string {
  if (mimeType === 'application/json' && text.startsWith('"')) {
    try {
      const value: unknown = JSON.parse(text);
      if (typeof value === 'string') return value;
    } catch {
      // A truncated payload no longer parses and is shown as it came.
    }
  }
  return text;
}
