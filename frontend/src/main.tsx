import './ui/tokens.css';
import { createRouter, RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Provider } from 'urql';
import { routeTree } from './routeTree.gen';
import { createApi } from './shared/api/client';
import { basePath } from './shared/base-path';
import { readSearch, writeSearch } from './shared/search-params';
import { StyleNonce } from './ui/style-nonce';

const api = createApi(() => {
  const { pathname, href } = router.state.location;
  if (pathname === '/sign-in') return;
  // Loading the page afresh leaves nothing of the person in memory.
  const signIn = new URL('sign-in', document.baseURI);
  signIn.searchParams.set('next', href);
  location.assign(signIn);
});

const router = createRouter({
  routeTree,
  basepath: basePath(),
  context: { api },
  parseSearch: readSearch,
  stringifySearch: writeSearch,
  scrollRestoration: true,
  defaultPendingMs: 300,
  defaultPendingMinMs: 200,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}

// A tab that outlives an upgrade asks for chunks that are gone: load the page
// afresh, once, so that a server without them cannot make it loop.
window.addEventListener('vite:preloadError', (event) => {
  const last = Number(sessionStorage.getItem('treeline.reloaded') ?? 0);
  if (Date.now() - last < 10_000) return;
  event.preventDefault();
  sessionStorage.setItem('treeline.reloaded', String(Date.now()));
  location.reload();
});

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <StyleNonce>
      <Provider value={api}>
        <RouterProvider router={router} />
      </Provider>
    </StyleNonce>
  </StrictMode>,
);
