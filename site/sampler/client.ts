import type { Answer, Backend, Envelope, Request, Results } from './protocol.ts';

/** The page's end of the workers. */
export interface Sampler {
  /** What computes: the backend asked for, until it turns out not to work. */
  readonly backend: Backend;
  /** @throws Error with a sentence for the visitor */
  ask<K extends Request['kind']>(request: Extract<Request, { kind: K }>): Promise<Results[K]>;
  /** Ends the work; what is still asked for is never answered. */
  close(): void;
}

/** Each backend has a worker of its own, bundled with nothing but what it needs. */
const workers: Record<Backend, () => Worker> = {
  wasm: () => new Worker(new URL('./workers/wasm.ts', import.meta.url), { type: 'module' }),
  cpu: () => new Worker(new URL('./workers/cpu.ts', import.meta.url), { type: 'module' }),
  webgl: () => new Worker(new URL('./workers/webgl.ts', import.meta.url), { type: 'module' }),
};

function connect(backend: Backend): { ask(request: Request): Promise<Answer>; close(): void } {
  const worker = workers[backend]();
  const waiting = new Map<number, (answer: Answer) => void>();
  let asked = 0;
  worker.addEventListener('message', ({ data }: MessageEvent<Answer>) => {
    waiting.get(data.id)?.(data);
    waiting.delete(data.id);
  });
  // A worker that cannot be loaded answers nothing by itself.
  worker.addEventListener('error', () => {
    for (const [id, resolve] of waiting) resolve({ id, unavailable: backend });
    waiting.clear();
  });
  return {
    ask: (request) =>
      new Promise((resolve) => {
        const id = asked++;
        waiting.set(id, resolve);
        worker.postMessage({ id, request } satisfies Envelope);
      }),
    close: () => worker.terminate(),
  };
}

/** Computes on `wanted`, or in plain JavaScript where that does not start. */
export function openSampler(wanted: Backend): Sampler {
  let backend = wanted;
  let connection = connect(backend);
  return {
    get backend() {
      return backend;
    },
    async ask<K extends Request['kind']>(request: Extract<Request, { kind: K }>): Promise<Results[K]> {
      let answer = await connection.ask(request);
      if ('unavailable' in answer && answer.unavailable !== 'cpu') {
        if (backend !== 'cpu') {
          connection.close();
          backend = 'cpu';
          connection = connect(backend);
        }
        answer = await connection.ask(request);
      }
      if ('result' in answer) return answer.result as Results[K];
      throw new Error('fault' in answer ? answer.fault : 'TensorFlow.js does not start in this browser.');
    },
    close: () => connection.close(),
  };
}
