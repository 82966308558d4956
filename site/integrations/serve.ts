import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import type { ViteDevServer } from 'vite';
import { dataFolder } from '../runs/files.ts';
import type { Settings } from '../settings.ts';

const types: Record<string, string> = {
  '.png': 'image/png',
  '.json': 'application/json',
  '.bin': 'application/octet-stream',
};

/** Serves the runs' files as they lie on the disk, and reloads the page when a run has moved on. */
export function serveRuns(server: ViteDevServer, { artifactsDir, base }: Settings): void {
  server.middlewares.use((request, response, next) => {
    const path = pathInside(request.url ?? '', base);
    if (path === undefined) return next();
    const file = join(artifactsDir, path);
    const type = types[extname(file)];
    if (!type || !file.startsWith(artifactsDir + sep) || path.includes('/checkpoint/')) return next();
    stat(file).then(
      ({ size }) => {
        response.writeHead(200, {
          'content-type': type,
          'content-length': size,
          'cache-control': 'no-store',
        });
        createReadStream(file).pipe(response);
      },
      () => next(),
    );
  });
  server.watcher.add(artifactsDir);
  server.watcher.on('all', (_event, file) => {
    if (file.startsWith(artifactsDir + sep) && file.endsWith('run.json'))
      server.ws.send({ type: 'full-reload' });
  });
}

/** The part of an address behind the data folder, or undefined. Astro may have taken the base off already. */
function pathInside(url: string, base: string): string | undefined {
  const { pathname } = new URL(url, 'http://localhost');
  const path = pathname.startsWith(base) ? pathname.slice(base.length) : pathname.slice(1);
  return path.startsWith(`${dataFolder}/`)
    ? decodeURIComponent(path.slice(dataFolder.length + 1))
    : undefined;
}
