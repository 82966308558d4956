import type { IncomingMessage } from 'node:http';
import { join, sep } from 'node:path';
import type { ViteDevServer } from 'vite';
import { isRunPath, runNameSchema } from '../../trainer/artifacts/schema.ts';
import { dataFolder } from '../runs/files.ts';
import { pathBelow, sendFile } from '../serve/send-file.ts';
import type { Settings } from '../settings.ts';

/** A page that no site has. */
const missingPage = '/404/';

/** The run and the file of it that an address names, if it is one that is published. */
export function askedFor(url: string | undefined, base: string): { name: string; path: string } | undefined {
  // Astro may have taken the base off already.
  const asked = pathBelow(`${base}${dataFolder}/`, url) ?? pathBelow(`/${dataFolder}/`, url);
  const [name = '', ...parts] = asked?.split('/') ?? [];
  const path = parts.join('/');
  const published = path === 'run.json' || isRunPath(path);
  return published && runNameSchema.safeParse(name).success ? { name, path } : undefined;
}

/** An address that Vite and Astro can work with: they throw at others, some outside of any handler. */
export function saneAddress(url = '/'): string {
  try {
    decodeURI(new URL(url, 'http://localhost').pathname);
    return /^\/(?![/\\])/.test(url) ? url : missingPage;
  } catch {
    return missingPage;
  }
}

/** Serves the runs' files as they lie on the disk, and reloads the page when a run has moved on. */
export function serveRuns(server: ViteDevServer, { artifactsDir, base }: Settings): void {
  for (const event of ['request', 'upgrade'])
    server.httpServer?.prependListener(event, (request: IncomingMessage) => {
      request.url = saneAddress(request.url);
    });
  server.middlewares.use((request, response, next) => {
    const missing = () => void response.writeHead(404, { 'content-type': 'text/plain' }).end('Not found\n');
    const asked = ['GET', 'HEAD'].includes(request.method ?? '') ? askedFor(request.url, base) : undefined;
    if (!asked) return next();
    const file = { directory: join(artifactsDir, asked.name), path: asked.path };
    sendFile(request, response, file).then((sent) => {
      if (!sent) missing();
    }, next);
  });
  server.watcher.add(artifactsDir);
  server.watcher.on('error', (error) => server.config.logger.warn(String(error)));
  server.watcher.on('all', (_event, file) => {
    if (file.startsWith(artifactsDir + sep) && file.endsWith('run.json'))
      server.ws.send({ type: 'full-reload' });
  });
}
