import { statSync } from 'node:fs';
import { lstat, mkdir, readdir, readFile, realpath, rename } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { isTemporary } from '../../trainer/disk/files.ts';
import { InputError } from '../../trainer/errors.ts';
import { lockName } from './lay-over.ts';
import { manifestName, readManifest } from './manifest.ts';

/** What a build must stay away from. */
export interface Surroundings {
  /** The project's folder. */
  readonly root: string;
  readonly artifactsDir: string;
  readonly home?: string;
}

/** What tells a folder from all others, by whatever name, link or spelling it is reached; undefined where there is none. */
function identity(path: string): string | undefined {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found && `${found.dev}:${found.ino}`;
}

/** The folder, and those that it lies in; one that is not there yet begins with the nearest that is. */
async function upwards(path: string): Promise<string[]> {
  let start = path;
  while (identity(start) === undefined && dirname(start) !== start) start = dirname(start);
  const folders = [await realpath(start)];
  for (let at = folders[0]!; dirname(at) !== at; at = dirname(at)) folders.push(dirname(at));
  return folders.flatMap((folder) => identity(folder) ?? []);
}

/** A project's own entries that a build may write into: its usual folder, and where the browser tests work. */
const open = ['dist', join('.cache', 'e2e')];
const sources = [
  ...['site', 'trainer', 'content', 'docs', 'tools', 'e2e', 'public', 'artifacts'],
  ...['node_modules', '.git', '.github', '.ci', '.astro', '.cache'],
];

/** @throws InputError for a folder that is, holds, or lies in one that is not a built site's */
async function refuseForbidden(target: string, surroundings: Surroundings): Promise<void> {
  const { root, artifactsDir, home = homedir() } = surroundings;
  const refuse = (how: string, what: string) =>
    new InputError(
      `The site would be built into ${target}, which ${how} ${what}; name another folder with --out.`,
    );
  const own = identity(target);
  const above = await upwards(target);
  const holds = async (folder: string) => own !== undefined && (await upwards(folder)).includes(own);
  const liesIn = (folder: string) => above.includes(identity(folder) ?? 'nowhere');
  if (await holds(home)) throw refuse('is or holds', 'your home folder');
  if (await holds(root)) throw refuse('is or holds', "the project's folder");
  if ((await holds(artifactsDir)) || liesIn(artifactsDir))
    throw refuse('is, holds, or lies in', `the folder of runs, ${artifactsDir}`);
  if (open.some((name) => liesIn(join(root, name)))) return;
  for (const name of sources) {
    const folder = join(root, name);
    if (liesIn(folder)) throw refuse('is or lies in', `the project's own ${name}`);
  }
}

/** Whether a folder without a list of its files is the site that an Inkling built which left none. */
async function isOlderSite(target: string, root: string): Promise<boolean> {
  if (identity(target) !== identity(join(root, 'dist')) || !(await lstat(target)).isDirectory()) return false;
  const index = await readFile(join(target, 'index.html'), 'utf8').catch(() => '');
  return index.includes('<title>Inkling: watch a GAN learn to write</title>');
}

/** Moves a folder into the project's cache, as it is, and says where it lies. */
async function setAside(target: string, root: string): Promise<string> {
  const aside = join(root, '.cache', `dist-before-${Date.now()}`);
  await mkdir(dirname(aside), { recursive: true });
  await rename(target, aside);
  return `${target} held a site without a list of its files, of an older Inkling; it was moved to ${aside}.`;
}

/**
 * Judges the folder that a site is to be built into, before anything is touched.
 *
 * @param force a folder that holds files which no build wrote is taken too; none of them is touched
 * @returns what has to be done before the site is laid over it, and gives a sentence to tell
 * @throws InputError for a file, and for a folder that is not a built site's
 */
export async function judgeTarget(
  target: string,
  { force, ...surroundings }: Surroundings & { readonly force: boolean },
): Promise<() => Promise<string | undefined>> {
  const nothing = async () => undefined;
  const found = await lstat(target).catch(() => undefined);
  await refuseForbidden(target, surroundings);
  if (!found) return nothing;
  if (!statSync(target, { throwIfNoEntry: false })?.isDirectory())
    throw new InputError(
      `The site would be built into ${target}, which is not a folder; name one with --out.`,
    );
  // A build that puts its first site here begins with these two.
  const begun = (name: string) => name === lockName || (isTemporary(name) && name.includes(manifestName));
  const names = (await readdir(target)).filter((name) => !begun(name));
  if (names.length === 0 || (await readManifest(target))) return nothing;
  if (await isOlderSite(target, surroundings.root)) return () => setAside(target, surroundings.root);
  if (force) return nothing;
  throw new InputError(
    `${target} holds ${names.length === 1 ? names[0] : `${names.length} files and folders`} that no build of the site wrote; name an empty folder with --out, or put the site beside them with --force.`,
  );
}
