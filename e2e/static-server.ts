import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize, sep } from 'node:path';
import { gzipSync } from 'node:zlib';
import { types } from '../site/serve/send-file.ts';
import { addressVariable, deployedUrl, sites } from './sites.ts';

export interface StaticServer {
  /** Address of the site's home page, with a slash at the end. */
  readonly url: string;
  close(): Promise<void>;
}

/** What hosts compress. */
const compressible = /^text|json|svg|wasm/;

/**
 * Serves a built site the way a plain host does: `index.html` for folders, `404.html` for what is missing,
 * text compressed for those who take it, nothing outside of `base`. The system picks the port.
 *
 * @param head markup that every page shall begin with
 */
export async function serveFolder(folder: string, base = '/', head = ''): Promise<StaticServer> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const path = pathname.startsWith(base) ? pathname.slice(base.length) : undefined;
    const zips = /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''));
    respond(response, { folder, head }, path, zips).catch(() => {
      response.writeHead(500).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}${base}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function respond(
  response: ServerResponse,
  { folder, head }: { readonly folder: string; readonly head: string },
  path: string | undefined,
  zips: boolean,
): Promise<void> {
  const found = path === undefined ? undefined : await readInside(folder, path);
  if (found) {
    const type = types[found.extension] ?? 'application/octet-stream';
    const zipped = zips && compressible.test(type);
    const body = type.startsWith('text/html') ? withHead(found.body, head) : found.body;
    response
      .writeHead(200, { 'content-type': type, ...(zipped && { 'content-encoding': 'gzip' }) })
      .end(zipped ? gzipSync(body) : body);
    return;
  }
  const missing = await readInside(folder, '404.html');
  response.writeHead(404, { 'content-type': 'text/html; charset=utf-8' }).end(missing?.body ?? 'Not found');
}

function withHead(page: Buffer, head: string): Buffer {
  return head === '' ? page : Buffer.from(String(page).replace('<head>', () => `<head>${head}`));
}

async function readInside(
  folder: string,
  path: string,
): Promise<{ body: Buffer; extension: string } | undefined> {
  const file = normalize(
    join(folder, decodeURIComponent(path), path === '' || path.endsWith('/') ? 'index.html' : ''),
  );
  if (!file.startsWith(normalize(folder) + sep)) return undefined;
  try {
    return { body: await readFile(file), extension: extname(file) };
  } catch {
    return undefined;
  }
}

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
