import { writeFile } from 'node:fs/promises';
import type { AstroIntegration } from 'astro';

/** The sitemap (sitemaps.org, protocol 0.9) of these pages, given as paths below `home`; the page of errors is left out. */
export function sitemapOf(paths: readonly string[], home: URL): string {
  const addresses = paths
    .filter((path) => !/^404\b/.test(path))
    .map((path) => new URL(path, home).href)
    .sort();
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">',
    ...addresses.map((address) => `<url><loc>${address}</loc></url>`),
    '</urlset>',
    '',
  ].join('\n');
}

/** Lists the pages for search engines, where the site's address is known: a sitemap has whole addresses or none. */
export function sitemap(): AstroIntegration {
  let home: URL | undefined;
  return {
    name: 'inkling:sitemap',
    hooks: {
      'astro:config:done': ({ config: { site, base } }) => {
        home = site ? new URL(base, site) : undefined;
      },
      'astro:build:done': async ({ dir, pages }) => {
        if (!home) return;
        const paths = pages.map(({ pathname }) => pathname);
        await writeFile(new URL('sitemap.xml', dir), sitemapOf(paths, home));
        await writeFile(
          new URL('robots.txt', dir),
          `User-agent: *\nAllow: /\nSitemap: ${new URL('sitemap.xml', home)}\n`,
        );
      },
    },
  };
}
