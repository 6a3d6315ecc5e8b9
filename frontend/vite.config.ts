import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

// The page is served by the Python server under a strict content security policy:
// nothing is inlined, and every address is relative to the page.
const server = process.env.ANGIOSUITE_DEV_SERVER ?? 'http://127.0.0.1:8765';

export default defineConfig({
  base: './',
  plugins: [svelte()],
  build: {
    outDir: '../src/angiosuite/web/static',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    target: 'es2022',
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 400,
  },
  server: { proxy: { '/api': { target: server, ws: true } } },
});
