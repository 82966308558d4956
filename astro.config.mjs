import { resolve } from 'node:path';
import process from 'node:process';
import mdx from '@astrojs/mdx';
import { defineConfig } from 'astro/config';
import { told } from './site/build/told.ts';
import { ownWorkFolder } from './site/build/work-folder.ts';
import { artifacts } from './site/integrations/artifacts.ts';
import { leanTfjs } from './site/integrations/lean-tfjs.ts';
import { place } from './site/integrations/place.ts';
import { sitemap } from './site/integrations/sitemap.ts';
import { readSettings } from './site/settings.ts';

// A reader that went away or a full disk under the log ends nothing but the words.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
const settings = await told(readSettings);
// Astro empties its folder at every build, and two builds at once would share it and the cache.
const work = ownWorkFolder('.cache/site');
const built = `${work}/built`;

export default defineConfig({
  srcDir: './site',
  publicDir: './site/public',
  outDir: built,
  cacheDir: `${work}/cache`,
  base: settings.base,
  ...(settings.site && { site: settings.site }),
  trailingSlash: 'always',
  server: { allowedHosts: [...settings.allowHosts] },
  output: 'static',
  // Keeps the spaces between words and their links, which the default takes away.
  compressHTML: true,
  devToolbar: { enabled: false },
  integrations: [mdx(), artifacts(settings), sitemap(), place(settings, built)],
  // Highlighters write style attributes, which the policy below forbids.
  markdown: { syntaxHighlight: false },
  build: { inlineStylesheets: 'never' },
  vite: {
    // What pages are made of. Vite follows links, and waits for pipes, in all else of the project: in the runs too.
    server: {
      fs: { allow: ['site', 'trainer', 'content', 'node_modules'] },
      // A build beside the dev server reloads no page.
      watch: { ignored: [resolve('.cache/site'), settings.outDir] },
    },
    build: {
      assetsInlineLimit: 0,
      rolldownOptions: {
        // A mark of Astro's own on each MDX file, which it has read by then.
        onLog: (level, log, report) => {
          if (log.code !== 'MODULE_LEVEL_DIRECTIVE') report(level, log);
        },
      },
    },
    worker: {
      format: 'es',
      plugins: () => [leanTfjs()],
      rolldownOptions: { output: { comments: { legal: false } } },
    },
  },
  security: {
    csp: {
      directives: [
        "default-src 'self'",
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'none'",
      ],
      // The sampler's WebAssembly; nothing of it allows JavaScript's own eval.
      scriptDirective: { resources: ["'self'", "'wasm-unsafe-eval'"] },
    },
  },
});
