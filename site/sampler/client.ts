import type { Answer, Envelope, Request, Results } from './protocol.ts';

/** The page's end of the worker. */
export interface Sampler {
  /** @throws Error with a sentence for the visitor */
  ask<K extends Request['kind']>(request: Extract<Request, { kind: K }>): Promise<Results[K]>;
  /** Ends the work; what is still asked for fails. */
  close(): void;
}

interface Connection {
  ask(request: Request): Promise<Answer>;
  close(): void;
}

function connect(): Connection {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
  const waiting = new Map<number, (answer: Answer) => void>();
  let asked = 0;
  let last: { fault: string } | { unavailable: true } | undefined;
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
  worker.addEventListener('error', () => end({ unavailable: true }));
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

/** Starts a worker with the first request. */
export function openSampler(): Sampler {
  let connection: Connection | undefined;
  return {
    async ask<K extends Request['kind']>(request: Extract<Request, { kind: K }>): Promise<Results[K]> {
      connection ??= connect();
      const own = connection;
      const answer = await own.ask(request);
      if ('result' in answer) return answer.result as Results[K];
      if ('fault' in answer) throw new Error(answer.fault);
      // The next request tries anew: it may have been the line.
      own.close();
      if (connection === own) connection = undefined;
      throw new Error('TensorFlow.js could not be loaded, or does not start in this browser.');
    },
    close: () => connection?.close(),
  };
}
