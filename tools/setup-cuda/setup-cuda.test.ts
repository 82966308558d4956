import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseGpu } from '../../trainer/engines/machine.ts';
import { InputError } from '../../trainer/errors.ts';
import { complaint, firstError } from './addon.ts';
import { cudaRequirements, download, findLibrary, installWheel, namedLibrary, pipFailed } from './library.ts';
import { checkGpu, checkRoom, checkSystem, findNodeHeaders } from './machine.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'inkling-setup-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const make = (...files: string[]) => {
  for (const file of files) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), '');
  }
};

describe('a libtensorflow', () => {
  it('is found in site-packages, in the package itself and in an unpacked C library', () => {
    make(
      'site/tensorflow/include/tensorflow/c/c_api.h',
      'site/tensorflow/libtensorflow_cc.so.2',
      'site/tensorflow/libtensorflow_framework.so.2',
      'c/include/tensorflow/c/c_api.h',
      'c/lib/libtensorflow.so',
      'c/lib/libtensorflow_framework.so',
    );
    const site = findLibrary(join(folder, 'site'));
    expect(site?.folder).toBe(join(folder, 'site/tensorflow'));
    expect(findLibrary(join(folder, 'site/tensorflow'))).toEqual(site);
    expect(namedLibrary(join(folder, 'c'))).toEqual({
      folder: join(folder, 'c/lib'),
      headers: join(folder, 'c/include'),
      files: ['libtensorflow.so', 'libtensorflow_framework.so'],
    });
  });

  it('without its headers is none', () => {
    make('tensorflow/libtensorflow_cc.so.2', 'tensorflow/libtensorflow_framework.so.2');
    expect(findLibrary(folder)).toBeUndefined();
    expect(() => namedLibrary(folder)).toThrow(InputError);
  });
});

describe('what is missing', () => {
  it('is named: another system, an old driver, headers, room', async () => {
    expect(() => checkSystem({ platform: 'darwin', arch: 'arm64' })).toThrow(
      'darwin arm64; use --engine webgpu',
    );
    expect(() => checkSystem({ platform: 'linux', arch: 'x64' })).not.toThrow();
    expect(parseGpu('NVIDIA H100 80GB HBM3, 550.54.15\nNVIDIA L4, 550.54.15\n')).toEqual({
      name: 'NVIDIA H100 80GB HBM3',
      driver: '550.54.15',
    });
    expect(parseGpu('No devices were found')).toBeUndefined();
    expect(() => checkGpu(undefined)).toThrow('No NVIDIA driver answers here');
    expect(() => checkGpu(parseGpu('Tesla K80, 470.1'))).toThrow(
      'Tesla K80 is 470.1, and CUDA 12 wants 525 or newer',
    );
    expect(() => findNodeHeaders(join(folder, 'bin/node'))).toThrow('node_api.h');
    await expect(checkRoom(join(folder, 'new'), 1e9)).rejects.toThrow(
      /GB free, and this takes 1000000000 GB/,
    );
  });

  it('is what a Python without pip says, on a machine where nothing was set up before', async () => {
    writeFileSync(join(folder, 'python'), '#!/bin/sh\necho "No module named pip"; exit 1\n', { mode: 0o755 });
    const options = { gpu: false, python: join(folder, 'python'), say: () => undefined };
    await expect(installWheel(join(folder, 'new'), options)).rejects.toThrow('(No module named pip)');
  });

  it('is read from what other programs say', () => {
    expect(pipFailed('ERROR: [Errno 28] No space left on device')).toMatch(/^The disk is full/);
    expect(pipFailed('NewConnectionError: Failed to establish')).toMatch(/can not be reached/);
    expect(pipFailed('…\nERROR: No matching distribution found for x')).toMatch(/No matching distribution/);
    expect(firstError('In file a.cc\na.cc:3: error: no member x\nmore')).toBe('a.cc:3: error: no member x');
    const log =
      '2026-01-01 10:00:00.1: W tensorflow/core/gpu_device.cc:2343] Cannot dlopen some GPU libraries.\nSkipping';
    expect(complaint(log)).toBe('Cannot dlopen some GPU libraries');
  });
});

it("CUDA's libraries are those that the wheel asks for, and no others", () => {
  const metadata = [
    'Name: tensorflow',
    'Requires-Dist: numpy>=1.26.0',
    'Requires-Dist: nvidia-cublas-cu12<13.0,>=12.5.3.2; extra == "and-cuda"',
    'Requires-Dist: nvidia-cudnn-cu12 (<10.0,>=9.3.0.75) ; extra == "and-cuda"',
    'Requires-Dist: tensorflow-gcs-filesystem; extra == "gcs"',
  ].join('\n');
  expect(cudaRequirements(metadata)).toEqual([
    'nvidia-cublas-cu12<13.0,>=12.5.3.2',
    'nvidia-cudnn-cu12<10.0,>=9.3.0.75',
  ]);
  expect(() => cudaRequirements('Name: tensorflow')).toThrow('names no CUDA libraries');
});

describe('a download', () => {
  const body = 'the whole of the archive';
  let server: Server;
  let url: string;
  const asked: (string | undefined)[] = [];
  beforeEach(async () => {
    asked.length = 0;
    server = createServer((request, response) => {
      const { range } = request.headers;
      asked.push(range);
      const from = Number(range?.match(/\d+/)?.[0] ?? 0);
      if (from >= body.length) response.writeHead(416).end();
      else response.writeHead(range ? 206 : 200).end(body.slice(from));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/a.tar.gz`;
  });
  afterEach(() => new Promise((resolve) => server.close(resolve)));

  it.each([0, 9, body.length])('goes on behind the %i bytes that it has', async (have) => {
    const file = join(folder, 'a.tar.gz');
    if (have > 0) writeFileSync(`${file}.part`, body.slice(0, have));
    await download(url, file);
    expect(readFileSync(file, 'utf8')).toBe(body);
    expect(asked).toEqual([have > 0 ? `bytes=${have}-` : undefined]);
  });

  it('of a host that is not there says so in one sentence', async () => {
    const gone = download('http://127.0.0.1:9/a.tar.gz', join(folder, 'a.tar.gz'));
    await expect(gone).rejects.toThrow(
      /can not be downloaded .*; run the command again .*--libtensorflow DIR\.$/,
    );
  });
});
