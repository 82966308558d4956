import { glob, readFile } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '..');

/** The folder that is a room: one of the trainer's or the tools', one of the site's or of its features. */
function roomOf(file: string): string {
  const folders = dirname(file).split(sep);
  // What stands at the trainer's or the site's own root is a room by itself.
  if (folders.length === 1) return file;
  return folders.slice(0, folders[1] === 'features' ? 3 : 2).join('/');
}

/** The rooms that each room takes from, types included; tests and fixtures may take from anywhere. */
async function rooms(): Promise<Map<string, Set<string>>> {
  const takes = new Map<string, Set<string>>();
  for await (const file of glob(['trainer/**/*.ts', 'site/**/*.{ts,astro}', 'tools/**/*.{ts,mjs}'], {
    cwd: root,
  })) {
    if (/\.test\.ts$|fixture/.test(file)) continue;
    const source = await readFile(join(root, file), 'utf8');
    const room = roomOf(file);
    const others = takes.get(room) ?? new Set();
    takes.set(room, others);
    for (const [, path] of source.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'(\.[^']+)'/g)) {
      const other = roomOf(relative(root, resolve(root, dirname(file), path!)));
      if (other !== room) others.add(other);
    }
  }
  return takes;
}

it('rooms take from one another in one direction', async () => {
  const left = await rooms();
  expect(left.size).toBeGreaterThan(20);
  expect(left.get('trainer/gan')).toContain('trainer/plan');
  // A room whose every supplier is settled is settled; what is left when none is are circles.
  for (let before = 0; before !== left.size; ) {
    before = left.size;
    for (const [room, others] of left) if (![...others].some((other) => left.has(other))) left.delete(room);
  }
  expect(
    [...left].map(([room, others]) => `${room} takes from ${[...others].filter((o) => left.has(o))}`),
  ).toEqual([]);
});
