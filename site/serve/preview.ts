// npm run preview: serves the built site, under the base that it was built for.
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';
import { runMain } from '../../trainer/cli/run-command.ts';
import { exitCodes, FailedError, InputError } from '../../trainer/errors.ts';
import { readManifest } from '../build/manifest.ts';
import { readSettings } from '../settings.ts';
import { siteServer } from './site-server.ts';

/** As the launcher hands them on, which has judged them. */
const options = { port: { type: 'string' }, host: { type: 'string', default: 'localhost' } } as const;

const usualPort = 4321;
/** Ports that are tried where none was named. */
const tries = 20;

/** @throws FailedError where the port, or each of those tried, is taken, or the address is not of this machine */
async function listen(server: Server, host: string, port: number | undefined): Promise<number> {
  const first = port ?? usualPort;
  for (let at = first; ; at++) {
    try {
      server.listen(at, host);
      await once(server, 'listening');
      return (server.address() as AddressInfo).port;
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code === 'EADDRINUSE' && port === undefined && at < first + tries) continue;
      const cause = code === 'EADDRINUSE' ? 'another program listens there' : String(code);
      throw new FailedError(
        `${host}:${at} cannot be listened on (${cause}); name another with --port or --host.`,
      );
    }
  }
}

async function preview(argv: string[]): Promise<number> {
  const { port, host } = parseArgs({ args: argv, options }).values;
  const { outDir: folder, base: asked, allowHosts } = readSettings();
  const { base } = (await readManifest(folder)) ?? {};
  if (base === undefined)
    throw new InputError(`There is no built site in ${folder}: run \`npm run build\` first.`);
  if (process.env.BASE_PATH && asked !== base)
    throw new InputError(
      `The site in ${folder} was built for ${base}, not ${asked}; build it again with --base ${asked}.`,
    );
  const server = siteServer({ folder, base, allowHosts });
  const taken = await listen(server, host, port === undefined ? undefined : Number(port));
  process.stdout.write(
    `The site of ${folder} is at http://${host.includes(':') ? `[${host}]` : host}:${taken}${base}\nCtrl-C ends it.\n`,
  );
  await once(server, 'close');
  return exitCodes.done;
}

const summary = 'serve the built site';
process.exitCode = await runMain({ preview: { summary, run: preview } }, [
  'preview',
  ...process.argv.slice(2),
]);
