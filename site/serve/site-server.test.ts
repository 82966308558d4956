import { once } from 'node:events';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { askedFor } from '../integrations/serve.ts';
import { isAllowedHost, siteServer } from './site-server.ts';

let folder = '';
let server: Server;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'inkling-serve-'));
  await mkdir(join(folder, 'runs', 'x.png'), { recursive: true });
  await writeFile(join(folder, 'index.html'), 'home');
  await writeFile(join(folder, 'runs', 'index.html'), 'runs');
  await writeFile(join(folder, '404.html'), 'missing');
  await writeFile(join(folder, '.git'), 'secret');
  await symlink('/etc/passwd', join(folder, 'link.html'));
  server = siteServer({ folder, base: '/x/', allowHosts: ['a.local'] });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true, force: true });
});

/** What a raw request is answered: clients mend the odd addresses before they send them. */
async function ask(address: string, { host = 'localhost', method = 'GET' } = {}): Promise<string> {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.write(`${method} ${address} HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`);
  return await text(socket);
}

test('a site is served under its base, and the way to it is shown', async () => {
  expect(await ask('/x/')).toMatch(/^HTTP\/1.1 200.*nosniff.*home$/s);
  expect(await ask('/x/runs/?a=1')).toMatch(/200.*runs$/s);
  expect(await ask('/')).toMatch(/302.*location: \/x\//s);
  expect(await ask('/x/runs')).toMatch(/301.*location: \/x\/runs\/\r/s);
  expect(await ask('/x/', { method: 'HEAD' })).toMatch(/200.*content-length: 4\r\n.*\r\n\r\n$/s);
  expect(await ask('/x/', { method: 'POST' })).toMatch(/405/);
});

test.each([
  ...[
    '/x/%',
    '/x/%00',
    '/x/..%2f..%2fetc/passwd',
    '/x/../../etc/passwd',
    '/x/runs/x.png',
    '/x/link.html',
    '/x/.git',
  ],
  ...['/x/%5c..', '/y/', '//', '//x/', `/x/${'a'.repeat(9000)}`, '/x/index.html/', '*'],
])('%s is missing, and the server goes on', async (address) => {
  expect(await ask(address)).toMatch(/^HTTP\/1.1 40[04]/);
  expect(await ask('/x/')).toMatch(/home$/);
});

test('a name of another host is allowed by the flag alone', async () => {
  expect(await ask('/x/', { host: 'evil.example' })).toMatch(/403.*--allow-host NAME/s);
  expect(await ask('/x/', { host: 'a.local:4321' })).toMatch(/200/);
  for (const host of ['localhost:1', '127.0.0.1:1', '[::1]:1', '10.0.0.3'])
    expect(isAllowedHost(host, [])).toBe(true);
});

test('the dev server gives what a run publishes, and nothing else of it', () => {
  const asked = { name: 'r', path: 'epochs/0001.png' };
  expect(askedFor('/data/r/epochs/0001.png?v=1', '/')).toEqual(asked);
  expect(askedFor('/x/data/r/epochs/0001.png', '/x/')).toEqual(asked);
  expect(askedFor('/data/r/epochs/0001.png', '/x/')).toEqual(asked);
  for (const path of [
    'r/checkpoint.safetensors',
    'r/training.lock',
    'r/.x.png',
    '../r/run.json',
    'r/evil.html',
    '%',
    'r/epochs/x.png',
  ])
    expect(askedFor(`/data/${path}`, '/')).toBeUndefined();
});
