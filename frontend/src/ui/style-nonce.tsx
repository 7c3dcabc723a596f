import { CSPProvider } from '@base-ui/react/csp-provider';
import type { ReactNode } from 'react';

/** The nonce that the server gave this page for style elements. */
export function styleNonce(): string | undefined {
  return document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.nonce || undefined;
}

/** Lets primitives that bring a style element pass the content security policy. */
export function StyleNonce({ children }: { children: ReactNode }) {
  return <CSPProvider nonce={styleNonce()}>{children}</CSPProvider>;
}
