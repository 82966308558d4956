import { isMainThread, parentPort, SHARE_ENV, Worker, workerData } from 'node:worker_threads';
import type { OnnxProgram } from '../compile/emit.ts';
import type { Graph } from '../compile/graph.ts';
import { FailedError } from '../errors.ts';
import type { EngineInfo, Program, Tensors } from './program.ts';
import { kindOf } from './registry.ts';

// Both ends of an engine: what asks, and the thread in which steps run. A step blocks that thread, and so never the one
// that reads data, draws the progress bar and hears Ctrl-C.

/** Where compiled steps run. */
export interface Engine {
  readonly info: EngineInfo;
  /**
   * Loads a step, traced or compiled before, with its initial state, named as the step names it.
   *
   * @throws FailedError for a compiled step where the engine takes no ONNX
   */
  load(step: Graph | OnnxProgram, state: Tensors): Promise<Program>;
  /** Ends the engine at once; what runs is lost. */
  dispose(): Promise<void>;
}

/** What is asked of the thread; `program` numbers the programs that were loaded. */
type Request =
  | { readonly ask: 'load'; readonly source: unknown; readonly state: Tensors }
  | { readonly ask: 'run'; readonly program: number; readonly inputs: Tensors }
  | { readonly ask: 'read'; readonly program: number }
  | { readonly ask: 'write'; readonly program: number; readonly state: Tensors }
  | { readonly ask: 'dispose'; readonly program: number };

type Reply =
  | { readonly id: number; readonly result: number | Tensors | undefined }
  | { readonly id: number; readonly error: string };

/** What the thread is started with; no other thread that imports this file is an engine. */
interface Start {
  readonly engine: EngineInfo;
}

/** Starts an engine in a thread of its own. Programs of one engine run one after the other. */
export function startEngine(info: EngineInfo): Engine {
  const kind = kindOf(info);
  const start: Start = { engine: info };
  const worker = new Worker(new URL(import.meta.url), { env: SHARE_ENV, workerData: start });
  worker.unref();
  const waiting = new Map<number, { resolve(reply: Reply): void; reject(error: Error): void }>();
  let nextId = 0;
  let fault: Error | undefined;
  const fail = (error: Error) => {
    fault ??= error;
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
    worker.unref();
  };
  worker.on('message', (reply: Reply) => {
    waiting.get(reply.id)?.resolve(reply);
    waiting.delete(reply.id);
    if (waiting.size === 0) worker.unref();
  });
  worker.on('error', (error) => fail(error instanceof Error ? error : new Error(String(error))));
  worker.on('exit', (code) => fail(new Error(`the engine's thread ended with code ${code}`)));

  const ask = async (request: Request, moved: readonly ArrayBuffer[] = []) => {
    if (fault) throw fault;
    const id = nextId++;
    const reply = await new Promise<Reply>((resolve, reject) => {
      // Posted first: a message that can't be posted leaves nobody waiting.
      worker.postMessage({ id, ...request }, moved);
      waiting.set(id, { resolve, reject });
      worker.ref();
    });
    if ('error' in reply) throw new Error(reply.error);
    return reply.result;
  };

  return {
    info,
    async load(step, state) {
      const compiled = 'bytes' in step;
      if (compiled && !kind.runsOnnx)
        throw new FailedError(`${kind.title} takes traced steps, and no ONNX; use --engine cpu.`);
      const source = compiled ? step : await kind.source(step);
      const program = (await ask({ ask: 'load', source, state })) as number;
      return {
        run: async (inputs) =>
          (await ask({ ask: 'run', program, inputs }, [
            ...new Set(Object.values(inputs).map((data) => data.buffer)),
          ])) as Tensors,
        read: async () => (await ask({ ask: 'read', program })) as Tensors,
        write: async (given) => void (await ask({ ask: 'write', program, state: given })),
        dispose: async () => void (await ask({ ask: 'dispose', program })),
      };
    },
    async dispose() {
      await worker.terminate();
    },
  };
}

/** Answers what is asked, one after the other: a program's state passes from each step to the next. */
function serve({ engine }: Start, port: NonNullable<typeof parentPort>): void {
  const kind = kindOf(engine);
  const programs: (Program | undefined)[] = [];
  const answer = async (request: Request): Promise<number | Tensors | undefined> => {
    if (request.ask === 'load')
      return programs.push(await kind.load(request.source, request.state, engine.threads)) - 1;
    const program = programs[request.program];
    if (!program) throw new Error(`program ${request.program} was disposed of`);
    if (request.ask === 'run') return program.run(request.inputs);
    if (request.ask === 'read') return program.read();
    if (request.ask === 'write') return void (await program.write(request.state));
    programs[request.program] = undefined;
    return void (await program.dispose());
  };
  let last = Promise.resolve();
  port.on('message', ({ id, ...request }: { id: number } & Request) => {
    last = last.then(async () => {
      let reply: Reply;
      try {
        reply = { id, result: await answer(request) };
      } catch (error) {
        reply = { id, error: error instanceof Error ? error.message : String(error) };
      }
      port.postMessage(reply);
    });
  });
}

if (!isMainThread && parentPort && (workerData as Partial<Start> | null)?.engine)
  serve(workerData as Start, parentPort);
