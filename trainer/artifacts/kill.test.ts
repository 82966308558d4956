import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { isTemporary } from './atomic.ts';

const parts = 50;

/** Writes the same file without end, each time of another byte and in many parts; says a line at each start. */
const program = `
import { openWhole } from ${JSON.stringify(new URL('atomic.ts', import.meta.url).href)};
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
