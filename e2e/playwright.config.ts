import { defineConfig } from '@playwright/test';
import { ensureChromium, others } from './browsers/found.ts';
import { deployedUrl, root, sites } from './sites.ts';

const { CI } = process.env;
/** Tests that a site with unknown runs can pass. */
const anySite =
  /\/(?:accessibility|pages|run|digit|curves|switcher|downloads|reading|sampler|golden|faults)\.e2e\.ts$/;

export default defineConfig({
  testDir: '.',
  outputDir: `${root}/test-results/e2e`,
  globalSetup: './static-server.ts',
  fullyParallel: true,
  workers: 2,
  forbidOnly: CI !== undefined,
  reporter: 'list',
  timeout: 60_000,
  // Plain JavaScript takes seconds to draw a hundred digits, more on a busy machine.
  expect: { timeout: 20_000 },
  projects: deployedUrl
    ? [{ name: 'deployed', testMatch: anySite }]
    : [
        ...sites.map(({ name, testMatch, grep }) => ({ name, testMatch, ...(grep && { grep }) })),
        // Driven by their own means: of Playwright they have the runner alone.
        ...others.map((name) => ({ name, testMatch: /\/browsers\/\w+\.e2e\.ts$/, fullyParallel: false })),
      ],
  use: {
    browserName: 'chromium',
    launchOptions: {
      executablePath: ensureChromium(),
      // Chromium's own sandbox does not start for root, as in most containers.
      chromiumSandbox: process.getuid?.() !== 0,
      args: ['--disable-background-networking', '--disable-component-update', '--no-default-browser-check'],
    },
    // A trace takes a third longer: ask for one of a test that fails, with --trace=on.
    screenshot: 'only-on-failure',
  },
});
