import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname } from 'node:path';
import { readOwn } from '../../trainer/disk/files.ts';
import { isPlainPath } from '../build/manifest.ts';

/** Types of the files that a site has. */
export const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.xml': 'application/xml',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
  '.bin': 'application/octet-stream',
};

/**
 * What a request asks for below `base`, decoded; undefined for what lies elsewhere, cannot be decoded, leads out of a
 * folder, or has a hidden file or folder in it. Empty, or with a slash at its end, for a folder.
 */
export function pathBelow(base: string, url = '/'): string | undefined {
  const [address = ''] = url.split(/[?#]/);
  if (!address.startsWith(base)) return undefined;
  try {
    const path = decodeURIComponent(address.slice(base.length));
    const file = `${path}${path === '' || path.endsWith('/') ? 'index.html' : ''}`;
    return isPlainPath(file) && !/(^|\/)\./.test(file) ? path : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Answers with a file of a folder, as it is at this moment: read whole, so that one which is cut short meanwhile is
 * never sent by half. Links, folders and pipes in its place are not there.
 *
 * @param path inside the folder, as of `pathBelow`
 * @returns whether there was one; if not, nothing was answered
 */
export async function sendFile(
  request: IncomingMessage,
  response: ServerResponse,
  {
    directory,
    path,
    status = 200,
  }: { readonly directory: string; readonly path: string; readonly status?: number },
): Promise<boolean> {
  const bytes = await readOwn(directory, path, { atMost: 2 ** 30 }).catch(() => undefined);
  if (!bytes) return false;
  response.writeHead(status, {
    'content-type': types[extname(path)] ?? 'application/octet-stream',
    'content-length': bytes.length,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  response.end(request.method === 'HEAD' ? undefined : bytes);
  return true;
}
