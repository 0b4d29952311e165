// Builds the explorer into the files that the gateway serves below /explorer/. Nothing of them is on another host.
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  base: '/explorer/',
  plugins: [react()],
  worker: { format: 'es' },
  define: { 'globalThis.process': { env: { NODE_ENV: 'production' } }, 'process.env.NODE_ENV': '"production"' },
  build: {
    outDir: '../../gateway/explorer/static',
    assetsDir: '',
    emptyOutDir: true,
    assetsInlineLimit: 0, // what stands in the page itself is one more thing for its policy to allow
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 4000,
    rolldownOptions: { onLog: (level, log, handler) => log.code !== 'MODULE_LEVEL_DIRECTIVE' && handler(level, log) },
  },
});
