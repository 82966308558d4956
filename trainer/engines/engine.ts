import { SHARE_ENV, Worker } from 'node:worker_threads';
import { emit } from '../compile/emit.ts';
import type { Graph } from '../compile/graph.ts';
import { encodeModel } from '../compile/protobuf.ts';
import { emitTensorFlow } from '../compile/tensorflow/emit.ts';
import { encodeSavedModel } from '../compile/tensorflow/graph-def.ts';
import type { Program, ProgramSource, Tensors } from './program.ts';
import type { Reply, Request } from './worker.ts';

/** What an engine is, as `run.json` names it. */
export type EngineInfo = Runtime & {
  /** The device in words. */
  readonly device: string;
  /** Threads of the step; 0 where the device decides. */
  readonly threads: number;
};
type Runtime =
  | { readonly used: 'onnxruntime'; readonly provider: 'cpu' | 'webgpu' | 'cuda' }
  | { readonly used: 'tensorflow'; readonly provider: 'cpu' | 'cuda' }
  | { readonly used: 'eager'; readonly provider: 'cpu' };

/** Where compiled steps run. */
export interface Engine {
  readonly info: EngineInfo;
  /** Loads a traced step with its initial state, named as the graph names it. */
  load(graph: Graph, state: Tensors): Promise<Program>;
  /** Ends the engine at once; what runs is lost. */
  dispose(): Promise<void>;
}

/** Starts an engine in a thread of its own. Programs of one engine run one after the other. */
export function startEngine(info: EngineInfo): Engine {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { env: SHARE_ENV });
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
    async load(graph, state) {
      const program = (await ask({ kind: 'load', source: sourceOf(graph, info), state })) as number;
      return {
        run: async (inputs) =>
          (await ask({ kind: 'run', program, inputs }, [
            ...new Set(Object.values(inputs).map((data) => data.buffer)),
          ])) as Tensors,
        read: async () => (await ask({ kind: 'read', program })) as Tensors,
        write: async (given) => void (await ask({ kind: 'write', program, state: given })),
        dispose: async () => void (await ask({ kind: 'dispose', program })),
      };
    },
    async dispose() {
      await worker.terminate();
    },
  };
}

/** A graph in the form in which this kind of engine loads it. */
export function sourceOf(graph: Graph, info: EngineInfo): ProgramSource {
  const { used, provider, threads } = info;
  if (used === 'eager') return { kind: 'graph', graph };
  if (used === 'tensorflow') {
    const { nodes, ...step } = emitTensorFlow(graph, provider === 'cuda' ? '/device:GPU:0' : '/device:CPU:0');
    return { kind: 'tensorflow', bytes: encodeSavedModel(nodes), step, provider, threads };
  }
  const { model, ...step } = emit(graph);
  return { kind: 'onnx', bytes: encodeModel(model), step, provider, threads };
}
