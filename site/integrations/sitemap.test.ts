import { expect, test } from 'vitest';
import { sitemapOf } from './sitemap.ts';

test('a sitemap has the whole address of every page, under the base path, and not that of the 404', () => {
  const paths = ['runs/mlp/', '', '404/'];
  const addresses = sitemapOf(paths, new URL('https://example.org/inkling/')).match(/<loc>.*?<\/loc>/g);
  expect(addresses).toEqual([
    '<loc>https://example.org/inkling/</loc>',
    '<loc>https://example.org/inkling/runs/mlp/</loc>',
  ]);
});

test('names that a run may have need no escaping', () => {
  expect(sitemapOf(['runs/a.b-1/'], new URL('https://example.org/'))).toContain('/runs/a.b-1/</loc>');
});
