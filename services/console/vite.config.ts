import vue from '@vitejs/plugin-vue'
import elementPlus from 'unplugin-element-plus/vite'
import { defineConfig } from 'vite'

/** `DATARUN_HUB` is for work on the console alone: `vite` then passes the API's calls on to a hub that runs. */
export default defineConfig({
  root: import.meta.dirname,
  base: '/console/',
  // The editor's parts know each other by identity: of two copies, one would not see what the other was told.
  resolve: {
    dedupe: ['@codemirror/language', '@codemirror/state', '@codemirror/view', '@lezer/common', '@lezer/highlight'],
  },
  plugins: [vue(), elementPlus({})],
  define: {
    __VUE_OPTIONS_API__: 'false',
    __VUE_I18N_LEGACY_API__: 'false',
    __INTLIFY_DROP_MESSAGE_COMPILER__: 'false',
  },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2023',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    // ECharts is larger; it is loaded when a page draws.
    chunkSizeWarningLimit: 600,
  },
  server: { proxy: { '/v1': process.env.DATARUN_HUB ?? 'http://127.0.0.1:8080' } },
})
