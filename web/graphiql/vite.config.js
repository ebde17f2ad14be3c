import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { thirdParty } from './third-party.js';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const licences = thirdParty('THIRD_PARTY.txt');

export default defineConfig({
  base: '/assets/graphiql/',
  resolve: {
    alias: {
      // Prettier would bring the Babel parser (540 kB) only to indent the
      // variables; the JSON parser of the editor is here anyway.
      'prettier/plugins/estree': here('src/prettier-json.js'),
      'prettier/parser-babel': here('src/prettier-json.js'),
      // The old name of the same file, which would be bundled twice.
      'prettier/parser-graphql': 'prettier/plugins/graphql',
    },
  },
  // graphql looks here for NODE_ENV; without it the checks and advice meant
  // for developers stay in the bundle.
  define: { 'globalThis.process': 'true' },
  plugins: [licences.collect, licences.write],
  worker: { format: 'es', plugins: () => [licences.collect] },
  build: {
    assetsDir: '',
    target: 'es2022',
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 3000, // kB; the editor
    rolldownOptions: {
      // "use client" in libraries concerns servers that render React.
      checks: { moduleLevelDirective: false },
    },
  },
});
