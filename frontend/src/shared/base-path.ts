/** The path under which the app is served, without a final slash; empty at the root of a host. */
export function basePath(): string {
  const base = document.querySelector('base')?.getAttribute('href');
  if (!base) return '/';
  const path = new URL(base, location.href).pathname.replace(/\/+$/, '');
  return path || '/';
}

/**
 * A place to go to after signing in, or undefined where the text is none: it
 * must lie within the app, so that a link cannot send people elsewhere.
 */
export function safeNext(next: unknown): string | undefined {
  if (typeof next !== 'string' || !next.startsWith('/')) return undefined;
  let url: URL;
  try {
    url = new URL(next, 'http://treeline.invalid');
  } catch {
    return undefined;
  }
  if (url.origin !== 'http://treeline.invalid') return undefined;
  const path = url.pathname + url.search;
  return path === '/' || url.pathname === '/sign-in' || path.startsWith('//') ? undefined : path;
}
