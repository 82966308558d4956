import type { Answer, Backend, Envelope, Request, Results } from './protocol.ts';

/** The page's end of the workers. */
export interface Sampler {
  /** What computes: the backend asked for, until it turns out not to work. */
  readonly backend: Backend;
  /** @throws Error with a sentence for the visitor */
  ask<K extends Request['kind']>(request: Extract<Request, { kind: K }>): Promise<Results[K]>;
  /** Ends the work; what is still asked for fails. */
  close(): void;
}

/** Each backend has a worker of its own, bundled with nothing but what it needs. */
const workers: Record<Backend, () => Worker> = {
  wasm: () => new Worker(new URL('./workers/wasm.ts', import.meta.url), { type: 'module' }),
  cpu: () => new Worker(new URL('./workers/cpu.ts', import.meta.url), { type: 'module' }),
  webgl: () => new Worker(new URL('./workers/webgl.ts', import.meta.url), { type: 'module' }),
};

interface Connection {
  ask(request: Request): Promise<Answer>;
  close(): void;
}

function connect(backend: Backend): Connection {
  const worker = workers[backend]();
  const waiting = new Map<number, (answer: Answer) => void>();
  let asked = 0;
  let last: { fault: string } | { unavailable: Backend } | undefined;
  /** From here on everything is answered at once, with the same. */
  const end = (answer: NonNullable<typeof last>) => {
    last ??= answer;
    for (const [id, resolve] of waiting) resolve({ id, ...last });
    waiting.clear();
  };
  worker.addEventListener('message', ({ data }: MessageEvent<Answer>) => {
    waiting.get(data.id)?.(data);
    waiting.delete(data.id);
  });
  // A worker that cannot be loaded answers nothing by itself.
  worker.addEventListener('error', () => end({ unavailable: backend }));
  return {
    ask: (request) =>
      new Promise((resolve) => {
        const id = asked++;
        if (last) return resolve({ id, ...last });
        waiting.set(id, resolve);
        worker.postMessage({ id, request } satisfies Envelope);
      }),
    close() {
      worker.terminate();
      end({ fault: 'The sampler was closed.' });
    },
  };
}

/** Computes on `wanted`, or in plain JavaScript where that does not start. */
export function openSampler(wanted: Backend): Sampler {
  let backend = wanted;
  let connection: Connection | undefined;
  const change = (next: Backend, open: boolean) => {
    connection?.close();
    backend = next;
    connection = open ? connect(next) : undefined;
  };
  return {
    get backend() {
      return backend;
    },
    async ask<K extends Request['kind']>(request: Extract<Request, { kind: K }>): Promise<Results[K]> {
      connection ??= connect(backend);
      let answer = await connection.ask(request);
      if ('unavailable' in answer && answer.unavailable !== 'cpu') {
        // Another request may have changed it already.
        if (backend === answer.unavailable) change('cpu', true);
        answer = await connection.ask(request);
      }
      if ('result' in answer) return answer.result as Results[K];
      if ('fault' in answer) throw new Error(answer.fault);
      // The next request tries anew: it may have been the line.
      change(wanted, false);
      throw new Error('TensorFlow.js could not be loaded, or does not start in this browser.');
    },
    close: () => connection?.close(),
  };
}
