import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  isTemporary,
  openWhole,
  readOwn,
  removeTemporaries,
  temporaryPath,
  whenFree,
  withoutHome,
  writeWhole,
} from './files.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'inkling-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('writeWhole', () => {
  it('writes text and bytes and leaves nothing else behind', async () => {
    await writeWhole(join(folder, 'text'), 'ink – 墨');
    await writeWhole(join(folder, 'bytes'), Uint8Array.of(0, 255, 7));
    expect(await readFile(join(folder, 'text'), 'utf8')).toBe('ink – 墨');
    expect([...(await readFile(join(folder, 'bytes')))]).toEqual([0, 255, 7]);
    expect((await readdir(folder)).sort()).toEqual(['bytes', 'text']);
  });

  it('replaces a file', async () => {
    await writeWhole(join(folder, 'x'), 'a longer first version');
    await writeWhole(join(folder, 'x'), 'second');
    expect(await readFile(join(folder, 'x'), 'utf8')).toBe('second');
  });

  it('keeps the folder as it was when it fails', async () => {
    await mkdir(join(folder, 'taken/by a folder'), { recursive: true });
    await expect(writeWhole(join(folder, 'taken'), 'text')).rejects.toThrow();
    expect(await readdir(folder)).toEqual(['taken']);
  });

  it('keeps one of many that write the same file at once', async () => {
    const texts = Array.from({ length: 8 }, (_, i) => String(i).repeat(5000 + i));
    await Promise.all(texts.map((text) => writeWhole(join(folder, 'x'), text)));
    expect(texts).toContain(await readFile(join(folder, 'x'), 'utf8'));
    expect(await readdir(folder)).toEqual(['x']);
  });
});

describe('openWhole', () => {
  it('shows the file only after the commit', async () => {
    const file = await openWhole(join(folder, 'x'));
    await file.write(Uint8Array.of(104, 97));
    await file.write(Uint8Array.of(108, 102));
    expect((await readdir(folder)).every(isTemporary)).toBe(true);
    await file.commit();
    expect(await readFile(join(folder, 'x'), 'utf8')).toBe('half');
  });

  it('leaves the file as it was after an abort, and a finished one after a late abort', async () => {
    await writeFile(join(folder, 'x'), 'old');
    const dropped = await openWhole(join(folder, 'x'));
    await dropped.write(Uint8Array.of(1));
    await dropped.abort();
    await dropped.abort();
    expect(await readFile(join(folder, 'x'), 'utf8')).toBe('old');
    expect(await readdir(folder)).toEqual(['x']);

    const kept = await openWhole(join(folder, 'y'));
    await kept.commit();
    await kept.abort();
    expect((await readdir(folder)).sort()).toEqual(['x', 'y']);
  });
});

describe('removeTemporaries', () => {
  it('removes unfinished files and folders and nothing that has a name of its own', async () => {
    const names = ['run.json', '.hidden', 'x.tmp-0123456789ab', '.tmp-0123456789ab'];
    for (const name of names) await writeFile(join(folder, name), '');
    await writeFile(temporaryPath(join(folder, 'run.json')), 'par');
    const unfinished = temporaryPath(join(folder, 'run'));
    await mkdir(join(unfinished, 'epochs'), { recursive: true });
    await removeTemporaries(folder);
    expect((await readdir(folder)).sort()).toEqual(names.toSorted());
  });

  it('spares those younger than asked', async () => {
    const [old, young] = [temporaryPath(join(folder, 'a')), temporaryPath(join(folder, 'b'))];
    for (const path of [old, young]) await writeFile(path, '');
    const hoursAgo = new Date(Date.now() - 2 * 3600_000);
    await utimes(old, hoursAgo, hoursAgo);
    await removeTemporaries(folder, { olderThan: 3600_000 });
    expect((await readdir(folder)).map((name) => join(folder, name))).toEqual([young]);
  });
});

describe('whenFree', () => {
  const busy = Object.assign(new Error('busy'), { code: 'EBUSY' });
  const failing = (errors: Error[]) => async () => {
    const error = errors.shift();
    if (error) throw error;
  };
  const pauses: number[] = [];
  const options = { tries: 3, pause: async (ms: number) => pauses.push(ms) };

  it('tries again, later each time, while the file is busy', async () => {
    await whenFree(failing([busy, busy]), options);
    expect(pauses.splice(0)).toEqual([10, 20]);
  });

  it('gives up after its tries, and at once for another fault', async () => {
    await expect(whenFree(failing([busy, busy, busy]), options)).rejects.toThrow('busy');
    expect(pauses.splice(0)).toEqual([10, 20]);
    await expect(whenFree(failing([new Error('full')]), options)).rejects.toThrow('full');
    expect(pauses).toEqual([]);
  });
});

describe('a file of a run', () => {
  let outside: string;
  let run: string;
  beforeEach(async () => {
    outside = await mkdtemp(join(tmpdir(), 'inkling-'));
    run = join(outside, 'run');
    await mkdir(join(run, 'epochs'), { recursive: true });
    await writeFile(join(outside, 'secret.png'), 'secret');
    await writeFile(join(run, 'epochs/0000.png'), 'grid');
  });
  afterEach(() => rm(outside, { recursive: true }));

  it('reads a regular file inside the folder', async () => {
    expect(String(await readOwn(run, 'epochs/0000.png', { atMost: 4 }))).toBe('grid');
  });

  it('reads through a link that leads to the folder itself, as where runs lie on another disk', async () => {
    await symlink(run, join(outside, 'linked'));
    expect(String(await readOwn(join(outside, 'linked'), 'epochs/0000.png', { atMost: 4 }))).toBe('grid');
  });

  it('does not follow a link in the place of a file', async () => {
    await symlink(join(outside, 'secret.png'), join(run, 'reals.png'));
    await expect(readOwn(run, 'reals.png', { atMost: 4 })).rejects.toThrow('run/reals.png is a link');
  });

  it('does not follow a link in the place of a folder', async () => {
    await symlink(outside, join(run, 'models'));
    await expect(readOwn(run, 'models/secret.png', { atMost: 4 })).rejects.toThrow('run/models is a link');
  });

  it('names a folder in the place of a file', async () => {
    await expect(readOwn(run, 'epochs', { atMost: 4 })).rejects.toThrow('run/epochs is a folder');
  });

  it.skipIf(process.platform === 'win32')('does not wait for a pipe', async () => {
    execFileSync('mkfifo', [join(run, 'run.json')]);
    await expect(readOwn(run, 'run.json', { atMost: 4 })).rejects.toThrow('run/run.json is a pipe');
  });

  it('refuses a file of more bytes than it may have, unread', async () => {
    await expect(readOwn(run, 'epochs/0000.png', { atMost: 3 })).rejects.toThrow('has 4 bytes');
  });

  it('leaves it to the caller to say what is missing', async () => {
    await expect(readOwn(run, 'history.json', { atMost: 4 })).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

const parts = 50;

/** Writes the same file without end, each time of another byte and in many parts; says a line at each start. */
const program = `
import { openWhole } from ${JSON.stringify(new URL('./files.ts', import.meta.url).href)};
for (let byte = 0; ; byte = (byte + 1) % 256) {
  const file = await openWhole(process.argv[1]);
  process.stdout.write('writing\\n');
  for (let part = 0; part < ${parts}; part++) await file.write(new Uint8Array(1000 + byte).fill(byte));
  await file.commit();
}
`;

it('leaves a whole file when the process that writes it is killed', { timeout: 30_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'inkling-'));
  for (let round = 0; round < 5; round++) {
    const flags = ['--input-type=module', '-e', program, join(folder, 'file')];
    const child = spawn(process.execPath, flags, { stdio: ['ignore', 'pipe', 'inherit'] });
    let lines = 0;
    child.stdout.on('data', () => {
      if (++lines > round + 1) child.kill('SIGKILL');
    });
    expect(await once(child, 'close')).toEqual([null, 'SIGKILL']);
    const bytes = await readFile(join(folder, 'file'));
    expect(bytes.length).toBe(parts * (1000 + (bytes[0] ?? 0)));
    expect(bytes.equals(Buffer.alloc(bytes.length, bytes[0]))).toBe(true);
  }
  expect((await readdir(folder)).filter((name) => !isTemporary(name))).toEqual(['file']);
  await rm(folder, { recursive: true });
});

it('a text for others says nothing of where the project and the home lie', () => {
  const project = resolve(import.meta.dirname, '..');
  expect(withoutHome(`${join(project, 'artifacts/a')} is full`)).toBe('artifacts/a is full');
  expect(withoutHome(`open '${join(homedir(), 'digits')}'`)).toBe(`open '${join('~', 'digits')}'`);
});
