import tailwindcss from '@tailwindcss/vite';
import { tanstackRouter } from '@tanstack/router-plugin/vite';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/**
 * Puts the theme script into the head as a small classic script of its own.
 * It must run before the first paint, which a module script cannot, and may
 * not be inline, which the content security policy forbids.
 */
function themeScript(): Plugin {
  let isBuild = false;
  let reference = '';
  return {
    name: 'treeline-theme-script',
    configResolved(config) {
      isBuild = config.command === 'build';
    },
    buildStart() {
      if (isBuild) {
        reference = this.emitFile({ type: 'chunk', id: 'src/theme.ts', name: 'theme' });
      }
    },
    generateBundle(_, bundle) {
      const fileName = this.getFileName(reference);
      const index = bundle['index.html'];
      if (index?.type === 'asset') {
        index.source = String(index.source).replace(
          '<!--theme-->',
          `<script src="./${fileName}"></script>`,
        );
      }
    },
    transformIndexHtml: {
      order: 'pre',
      handler(html) {
        return isBuild
          ? html
          : html.replace('<!--theme-->', '<script type="module" src="/src/theme.ts"></script>');
      },
    },
  };
}

const server = process.env.TREELINE_URL ?? 'http://127.0.0.1:8080';

export default defineConfig({
  base: './',
  plugins: [
    tanstackRouter({ target: 'react', autoCodeSplitting: true, quoteStyle: 'single' }),
    react(),
    tailwindcss(),
    themeScript(),
  ],
  resolve: { alias: { '@': new URL('./src', import.meta.url).pathname } },
  build: {
    target: 'es2023',
    manifest: 'assets/manifest.json',
    // A data: URL would be blocked for scripts and hides the size of the rest.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    host: '127.0.0.1',
    proxy: Object.fromEntries(
      ['/graphql', '/auth', '/v1'].map((path) => [path, { target: server, ws: true }]),
    ),
  },
});
