// npm run dev, build and preview: reads the flags, from which the site takes its settings by way of the environment.
import { once } from 'node:events';
import { realpathSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { type FlagTable, flagSwitch, number, parseFlags, path, text } from '../trainer/cli/flags.ts';
import { runMain } from '../trainer/cli/run-command.ts';
import { exitCodes, FailedError, InputError } from '../trainer/errors.ts';
import { readManifest } from './build/manifest.ts';
import { siteServer } from './serve/site-server.ts';
import { readSettings } from './settings.ts';

const artifacts = path({ description: 'the folder of runs to show (artifacts)', placeholder: 'DIR' });
const base = text({ description: 'the path under which the site is served (/)', placeholder: '/PATH/' });
const out = path({ description: 'the folder of the built site (dist)', placeholder: 'DIR' });
const server = {
  port: number({
    description: 'the port to listen on (4321, or the next that is free)',
    integer: true,
    min: 1,
    max: 65535,
  }),
  host: text({ description: 'the address to listen on (this machine only)', placeholder: 'ADDRESS' }),
  allowHost: text({ description: "another host's name by which it is reached" }),
};

export const flagsOf = {
  dev: { artifacts, base, ...server },
  build: {
    artifacts,
    base,
    site: text({
      description: 'where the site is published, for its sitemap (nowhere yet)',
      placeholder: 'URL',
    }),
    out,
    force: flagSwitch({
      description: 'build into a folder that holds other files too; they stay as they are',
    }),
    strict: flagSwitch({ description: 'fail where a run is broken, instead of saying so on its page' }),
  },
  preview: { base, out, ...server },
} satisfies Record<string, FlagTable>;

/** What `readSettings` looks for. The address and port of a server are no settings of the site. */
const variables: Readonly<Record<string, string>> = {
  artifacts: 'ARTIFACTS',
  base: 'BASE_PATH',
  site: 'SITE_URL',
  out: 'OUT_DIR',
  force: 'OUT_FORCE',
  strict: 'STRICT',
  allowHost: 'ALLOW_HOST',
};

/** The flags that were given, as the site's environment; a flag goes before a variable that is there already. */
export function environmentOf(flags: Readonly<Record<string, unknown>>): Record<string, string> {
  const given = Object.entries(flags).filter(([name, value]) => name in variables && value);
  return Object.fromEntries(
    given.map(([name, value]) => [variables[name], value === true ? '1' : String(value)]),
  );
}

/** Has Astro's own command line do the rest in this process, which it ends. */
async function astro(command: string, flags: Readonly<Record<string, unknown>>, ...own: string[]) {
  Object.assign(process.env, environmentOf(flags), { ASTRO_TELEMETRY_DISABLED: '1' });
  const program = join(import.meta.dirname, '../node_modules/astro/bin/astro.mjs');
  process.argv = [process.execPath, program, command, ...own];
  await import(pathToFileURL(program).href);
  return exitCodes.done;
}

async function dev(argv: string[]): Promise<number> {
  const flags = parseFlags(flagsOf.dev, argv);
  const { host, port } = flags;
  // Astro puts a server that a tool starts into the background, unless told not to.
  process.env.ASTRO_DEV_BACKGROUND = '0';
  const where = [...(host ? ['--host', host] : []), ...(port ? ['--port', String(port)] : [])];
  // With its lock Astro refuses a second server in the same folder.
  return await astro('dev', flags, '--ignore-lock', ...where);
}

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

/** Serves the built site, under the base that it was built for. */
async function preview(argv: string[]): Promise<number> {
  const flags = parseFlags(flagsOf.preview, argv);
  const env = { ...process.env, ...environmentOf(flags) };
  const { outDir: folder, base: asked, allowHosts } = readSettings(env);
  const { base } = (await readManifest(folder)) ?? {};
  if (base === undefined)
    throw new InputError(`There is no built site in ${folder}: run \`npm run build\` first.`);
  if (env.BASE_PATH && asked !== base)
    throw new InputError(
      `The site in ${folder} was built for ${base}, not ${asked}; build it again with --base ${asked}.`,
    );
  const { host = 'localhost', port } = flags;
  const server = siteServer({ folder, base, allowHosts });
  const taken = await listen(server, host, port);
  process.stdout.write(
    `The site of ${folder} is at http://${host.includes(':') ? `[${host}]` : host}:${taken}${base}\nCtrl-C ends it.\n`,
  );
  await once(server, 'close');
  return exitCodes.done;
}

// Node 22 has no `import.meta.main`.
if (realpathSync(process.argv[1] ?? '') === import.meta.filename)
  process.exitCode = await runMain(
    {
      dev: { summary: 'show the site, and every change of it at once', run: dev },
      build: {
        summary: 'build the site into a folder',
        run: (argv) => astro('build', parseFlags(flagsOf.build, argv)),
      },
      preview: { summary: 'serve the built site', run: preview },
    },
    process.argv.slice(2),
  );
