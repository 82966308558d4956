import { spawnSync } from 'node:child_process';
import { cp, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureChromium, ensureOthers } from './browsers/found.ts';
import { deriveStates } from './fixtures.ts';
import { artifactsFolder, deployedUrl, emptyFolder, root, type Site, sites, workFolder } from './sites.ts';

/** Runs a script of ours with this Node; ends the preparation when it fails. */
function run(what: string, script: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): void {
  console.log(what);
  const { status } = spawnSync(process.execPath, [join(root, script), ...args], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ASTRO_TELEMETRY_DISABLED: '1', ...env },
  });
  if (status !== 0) throw new Error(`${what} failed.`);
}

/** Trains for seconds, not for quality: the tests look at what the site does with a run. */
function train(recipe: string, ...flags: readonly string[]): void {
  const all = ['--recipe', recipe, '--limit', '2000', '--artifacts', artifactsFolder, ...flags];
  run(`Training a small ${recipe}`, 'trainer/main.ts', ['train', ...all]);
}

function build({ name, base, artifacts, folder }: Site): void {
  const env = { ARTIFACTS: artifacts, BASE_PATH: base, OUT_DIR: folder, STRICT: '' };
  run(`Building the site ${name}`, 'node_modules/astro/bin/astro.mjs', ['build', '--silent'], env);
}

async function prepare(): Promise<void> {
  ensureChromium();
  if (deployedUrl) return;
  ensureOthers();
  await rm(workFolder, { recursive: true, force: true });
  await mkdir(emptyFolder, { recursive: true });
  const { E2E_ARTIFACTS } = process.env;
  if (E2E_ARTIFACTS) await cp(E2E_ARTIFACTS, artifactsFolder, { recursive: true });
  else {
    // In batches so small that its 400 steps draw ink on paper.
    train('mlp', '--epochs', '4', '--batch', '20', '--publish-every', '1');
    // Latents as long as those of mlp, so that the two can be laid over one another.
    train('conditional', '--epochs', '2', '--latent-size', '64');
  }
  await deriveStates(artifactsFolder);
  for (const site of sites) build(site);
}

await prepare();
