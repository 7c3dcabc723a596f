/** Search parameters as plain text both ways: a value is never taken for JSON. */

export function readSearch(address: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(address));
}

export function writeSearch(search: object): string {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(search)) {
    if (value !== undefined && value !== null) params.append(key, String(value));
  }
  const text = params.toString();
  return text ? `?${text}` : '';
}
