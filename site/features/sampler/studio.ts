import type { Directions } from './latents.ts';
import { gridInput, shiftAlong, walkInput } from './latents.ts';
import type { Answer, Drawing, Envelope, ModelFiles, Request, Results } from './serve.ts';
import { modelAt, movesOf, type PublishedModel, type SamplerFacts, type SamplerState } from './state.ts';

/** Digits of a walk, both ends included. */
export const walkSteps = 33;

/** What a state looks like at an epoch. */
export interface Picture {
  readonly state: SamplerState;
  /** Whose generator drew it: not always that of the epoch asked for, since not every one is published. */
  readonly model: PublishedModel;
  readonly grid: Drawing;
  /** [walkSteps, 28, 28] */
  readonly walk: Drawing;
  /** What the walk was drawn from: [walkSteps, latentSize + classes]. */
  readonly path: Float32Array;
}

export interface Studio {
  /** @throws Error with a sentence for the visitor */
  draw(state: SamplerState, epoch: number): Promise<Picture>;
  /**
   * The digit that a walk has got to, as every kept generator draws it, in the order of their epochs.
   *
   * @param step of the picture's walk
   * @throws Error with a sentence for the visitor
   */
  film(picture: Picture, step: number): AsyncGenerator<{ epoch: number; pixels: Uint8Array }>;
}

/** Absolute addresses: a worker's own address is no base for the page's. */
function filesOf({ json, weights }: PublishedModel): ModelFiles {
  return { json: new URL(json, location.href).href, weights: new URL(weights, location.href).href };
}

/** Draws a run's states with the worker, which starts at the first. */
export function openStudio({ grid, generator, models }: SamplerFacts): Studio {
  const { range, ...shape } = generator;
  const ask = openWorker();
  const directions = new Map<string, Directions>();

  /** Directions are looked up only for a visitor who follows one. */
  const shiftFor = async (model: ModelFiles, moves: readonly number[]) => {
    const { latentSize } = shape;
    if (moves.every((move) => move === 0)) return new Float32Array(latentSize);
    const known = directions.get(model.json);
    const found =
      known ?? (await ask<'directions'>({ kind: 'directions', model, latentSize, count: moves.length }));
    directions.set(model.json, found);
    return shiftAlong(found, moves, latentSize);
  };

  return {
    async draw(state, epoch) {
      const published = modelAt(models, epoch);
      if (!published) throw new Error('No generator of this run has been published yet.');
      const model = filesOf(published);
      const shift = await shiftFor(model, movesOf(state));
      const input = gridInput(shape, { ...grid, ...state, shift });
      const path = walkInput(input, shape, { ...state, steps: walkSteps });
      const draw = (rows: Float32Array<ArrayBuffer>, count: number) =>
        ask<'draw'>({ kind: 'draw', model, input: rows, count, range });
      return {
        state,
        model: published,
        grid: await draw(input, grid.rows * grid.columns),
        walk: await draw(path, walkSteps),
        path,
      };
    },

    async *film({ path }, step) {
      const width = shape.latentSize + shape.classes;
      const input = path.slice(step * width, (step + 1) * width);
      for (const published of models) {
        const model = filesOf(published);
        const { pixels } = await ask<'draw'>({ kind: 'draw', model, input, count: 1, range });
        yield { epoch: published.epoch, pixels };
      }
    },
  };
}

/** Asks the worker. @throws Error with a sentence for the visitor */
type Ask = <K extends Request['kind']>(request: Extract<Request, { kind: K }>) => Promise<Results[K]>;

/** Starts a worker with the first request, and another where one could not be loaded: it may have been the line. */
function openWorker(): Ask {
  let connection: ReturnType<typeof connect> | undefined;
  return async <K extends Request['kind']>(request: Extract<Request, { kind: K }>): Promise<Results[K]> => {
    connection ??= connect();
    const own = connection;
    const answer = await own.send(request);
    if ('result' in answer) return answer.result as Results[K];
    if ('fault' in answer) throw new Error(answer.fault);
    own.worker.terminate();
    if (connection === own) connection = undefined;
    throw new Error('TensorFlow.js could not be loaded, or does not start in this browser.');
  };
}

function connect() {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
  const waiting = new Map<number, (answer: Answer) => void>();
  let asked = 0;
  let broken = false;
  worker.addEventListener('message', ({ data }: MessageEvent<Answer>) => {
    waiting.get(data.id)?.(data);
    waiting.delete(data.id);
  });
  // A worker that cannot be loaded answers nothing by itself.
  worker.addEventListener('error', () => {
    broken = true;
    for (const [id, resolve] of waiting) resolve({ id, unavailable: true });
    waiting.clear();
  });
  const send = (request: Request) =>
    new Promise<Answer>((resolve) => {
      const id = asked++;
      if (broken) return resolve({ id, unavailable: true });
      waiting.set(id, resolve);
      worker.postMessage({ id, request } satisfies Envelope);
    });
  return { worker, send };
}

/**
 * Does `work` for one value at a time. Of the values that arrive meanwhile only the last is kept: a slider sends
 * more than can be drawn, and what is skipped nobody would have seen.
 */
export function latest<T>(work: (value: T) => Promise<void>): (value: T) => void {
  let next: { value: T } | undefined;
  let busy = false;
  const run = async () => {
    busy = true;
    try {
      while (next) {
        const { value } = next;
        next = undefined;
        await work(value);
      }
    } finally {
      busy = false;
    }
  };
  return (value) => {
    next = { value };
    if (!busy) void run();
  };
}
