import { defineConfig } from 'vite';

export default defineConfig({
  build: {
    target: 'es2022',
    // Everything is a file of its own: the page's policy allows no data: scripts or inline styles.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
  },
  // `npm run dev` shows the console of a gateway that runs beside it.
  server: {
    proxy: Object.fromEntries(
      ['/api', '/auth', '/first-run', '/docs', '/openapi.json'].map((path) => [
        path,
        { target: process.env.CAREDIAN_URL ?? 'http://127.0.0.1:8080' },
      ]),
    ),
  },
});
