import { existsSync } from 'node:fs';
import { addressVariable, deployedUrl, sites } from './sites.ts';
import { serveFolder } from './static-server.ts';

/** Serves every built site on a port of the system's choice and tells the tests where; returns what ends it. */
export default async function serveSites(): Promise<(() => Promise<void>) | undefined> {
  if (deployedUrl) return undefined;
  const servers = await Promise.all(
    sites.map(async ({ name, folder, base }) => {
      if (!existsSync(folder)) throw new Error(`There is no build in ${folder}: run e2e/prepare.ts first.`);
      const server = await serveFolder(folder, base);
      process.env[addressVariable(name)] = server.url;
      return server;
    }),
  );
  return async () => {
    await Promise.all(servers.map((server) => server.close()));
  };
}
