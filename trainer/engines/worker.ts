import { parentPort } from 'node:worker_threads';
import type { Program, ProgramSource, Tensors } from './program.ts';

// The thread in which steps run. A step blocks it, and so never the thread that reads data, draws the
// progress bar and hears Ctrl-C.

/** What the engine asks of its worker; `program` numbers the programs that were loaded. */
export type Request =
  | { readonly kind: 'load'; readonly source: ProgramSource; readonly state: Tensors }
  | { readonly kind: 'run'; readonly program: number; readonly inputs: Tensors }
  | { readonly kind: 'read'; readonly program: number }
  | { readonly kind: 'write'; readonly program: number; readonly state: Tensors }
  | { readonly kind: 'dispose'; readonly program: number };

export type Reply =
  | { readonly id: number; readonly result: number | Tensors | undefined }
  | { readonly id: number; readonly error: string };

/** Loads a program where this thread runs. Each runtime is imported only when it is used. */
export async function loadProgram(source: ProgramSource, state: Tensors): Promise<Program> {
  if (source.kind === 'onnx') return (await import('./onnxruntime.ts')).loadOnnx(source, state);
  if (source.kind === 'tensorflow')
    return (await import('./tensorflow/program.ts')).loadTensorFlow(source, state);
  return (await import('./eager.ts')).loadEager(source, state);
}

const programs: (Program | undefined)[] = [];

async function answer(request: Request): Promise<number | Tensors | undefined> {
  if (request.kind === 'load') return programs.push(await loadProgram(request.source, request.state)) - 1;
  const program = programs[request.program];
  if (!program) throw new Error(`program ${request.program} was disposed of`);
  if (request.kind === 'run') return program.run(request.inputs);
  if (request.kind === 'read') return program.read();
  if (request.kind === 'write') return void (await program.write(request.state));
  programs[request.program] = undefined;
  return void (await program.dispose());
}

const port = parentPort;
if (port) {
  // One after the other: a program's state passes from each step to the next.
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
