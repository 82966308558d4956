import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['trainer/**/*.test.ts', 'tools/**/*.test.ts', 'site/**/*.test.ts'],
    // What `auto` takes is this machine's affair; and tests call nobody, those that load ONNX Runtime themselves too.
    env: { INKLING_AUTO: 'cpu', ORT_DISABLE_TELEMETRY: '1' },
    // The engine is a native module: a process of its own for every file keeps its threads apart.
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
