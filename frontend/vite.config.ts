import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

// The page is served by the Python server under a strict content security policy:
// nothing is inlined, and every address is relative to the page.
// `npm run dev` shows the sources as they are edited, over a running server (see README.md).
const server = process.env.ANGIOSUITE_DEV_SERVER ?? 'http://127.0.0.1:8741';
const token = process.env.ANGIOSUITE_TOKEN;

export default defineConfig({
  base: './',
  plugins: [svelte()],
  build: {
    outDir: '../src/angiosuite/web/static',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    target: 'es2022',
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 560, // three, loaded with the 3-D view alone
  },
  server: {
    proxy: { '/api': { target: server, ws: true, headers: token ? { 'X-Angiosuite-Token': token } : {} } },
  },
});
