import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { isIP } from 'node:net';
import { statOwn } from '../../trainer/disk/files.ts';
import { pathBelow, sendFile } from './send-file.ts';

export interface ServedSite {
  readonly folder: string;
  readonly base: string;
  /** Names of other hosts than this one by which it may be reached. */
  readonly allowHosts?: readonly string[];
}

/** Whether a request's Host is this machine, an address, or a name that was allowed: no page elsewhere takes another. */
export function isAllowedHost(header: string | undefined, allowed: readonly string[]): boolean {
  const host = (header ?? '').replace(/:\d+$/, '').toLowerCase();
  return (
    host === 'localhost' ||
    host.endsWith('.localhost') ||
    isIP(host.replace(/^\[(.*)\]$/, '$1')) !== 0 ||
    allowed.some((name) => name.toLowerCase() === host)
  );
}

function sentence(response: ServerResponse, status: number, text: string, headers = {}): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', ...headers }).end(`${text}\n`);
}

async function answer(request: IncomingMessage, response: ServerResponse, site: ServedSite): Promise<void> {
  const { folder: directory, base, allowHosts = [] } = site;
  if (!isAllowedHost(request.headers.host, allowHosts))
    return sentence(
      response,
      403,
      'This name is not allowed; give it to the preview with --allow-host NAME.',
    );
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return sentence(response, 405, 'This server only gives files.', { allow: 'GET, HEAD' });
  const [address = ''] = (request.url ?? '/').split('?');
  if (address === '/' && base !== '/')
    return sentence(response, 302, `The site is at ${base}.`, { location: base });
  const asked = pathBelow(base, request.url);
  if (asked !== undefined) {
    const path = asked === '' || asked.endsWith('/') ? `${asked}index.html` : asked;
    if (await sendFile(request, response, { directory, path })) return;
    const isFolder = await statOwn(directory, `${asked}/index.html`).then(Boolean, () => false);
    if (isFolder) return sentence(response, 301, 'It is a folder.', { location: `${address}/` });
  }
  if (await sendFile(request, response, { directory, path: '404.html', status: 404 })) return;
  sentence(response, 404, 'There is no such file.');
}

/** Serves a built site under its base, the way a plain host does; not yet listening. */
export function siteServer(site: ServedSite): Server {
  return createServer((request, response) => {
    // A visitor who went away is nobody's error.
    response.on('error', () => undefined);
    answer(request, response, site).catch(() => response.destroy());
  });
}
