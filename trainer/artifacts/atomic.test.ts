import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isTemporary, openWhole, removeTemporaries, temporaryPath, whenFree, writeWhole } from './atomic.ts';

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
