import { readFileSync } from 'node:fs';
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
  const source = new URL('./src/theme.ts', import.meta.url).pathname;
  let isBuild = false;
  return {
    name: 'treeline-theme-script',
    configResolved(config) {
      isBuild = config.command === 'build';
    },
    buildStart() {
      if (isBuild) this.emitFile({ type: 'chunk', id: source, name: 'theme' });
    },
    transformIndexHtml: {
      order: 'post',
      handler(html, { bundle }) {
        const chunk = Object.values(bundle ?? {}).find(
          (item) => item.type === 'chunk' && item.facadeModuleId === source,
        );
        if (isBuild && !chunk) throw new Error('the theme script was not built');
        const script = chunk
          ? `<script src="./${chunk.fileName}"></script>`
          : '<script type="module" src="/src/theme.ts"></script>';
        return html.replace('<!--theme-->', script);
      },
    },
  };
}

/**
 * Puts the texts of the documents that the app sends by their ids beside it, for
 * the server. It serves nothing but the page and its assets from there.
 */
function documentManifest(): Plugin {
  const source = new URL('./src/gql/persisted-documents.json', import.meta.url);
  return {
    name: 'treeline-document-manifest',
    apply: 'build',
    generateBundle() {
      this.emitFile({
        type: 'asset',
        fileName: 'persisted-documents.json',
        source: readFileSync(source),
      });
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
    documentManifest(),
  ],
  resolve: { alias: { '@': new URL('./src', import.meta.url).pathname } },
  build: {
    target: 'es2023',
    manifest: true,
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
