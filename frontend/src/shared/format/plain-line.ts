/** Longest name that a row or a title shows; the rest is behind an ellipsis. */
const longestLine = 400;

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must go.
const unprintable = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g;
// Marks that reorder the text around them: a name could make a neighbour read backwards.
const reordering = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/**
 * Text from a trace made safe for one line of the interface: control
 * characters become spaces, bidirectional overrides go, and length is bounded.
 */
export function plainLine(text: string, longest = longestLine): string {
  // The cut comes first so that a megabyte-long name costs nothing.
  const head = text.length > longest * 2 ? text.slice(0, longest * 2) : text;
  const line = head.replace(reordering, '').replace(unprintable, ' ').trim();
  if (line.length <= longest && head.length === text.length) return line;
  return `${Array.from(line).slice(0, longest).join('')}…`;
}
