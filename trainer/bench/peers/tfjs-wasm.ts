// The bench's other peer: the same step as tfjs runs it, eagerly, on its wasm backend. It speaks the protocol
// of torch_gan.py: a JSON line of what it is, then times for each count on standard input.
import { createInterface } from 'node:readline';
import { getThreadsCount, setThreadsCount } from '@tensorflow/tfjs-backend-wasm';
import { sizeOf } from '../../compile/graph.ts';
import { tf } from '../../compile/tf.ts';
import { stepInputs } from '../../gan/inputs.ts';
import { ganStep, stepSpecs } from '../../gan/step.ts';
import { noiseDigits, timedGan, timedRecipes } from '../step-fixture.ts';
import { addMissingKernels } from './wasm-kernels.ts';

const [recipe, threads] = process.argv.slice(2);
const name = timedRecipes.find((known) => known === recipe);
if (!name) throw new Error(`${recipe} is not one of ${timedRecipes.join(', ')}`);
setThreadsCount(Number(threads));
addMissingKernels();
await tf.setBackend('wasm');

const gan = timedGan(name);
const step = ganStep(gan);
const specs = Object.entries(stepSpecs(gan));
const prepare = stepInputs(gan, noiseDigits(gan.config.batch));
let done = 0;

async function timedStep(): Promise<number> {
  const inputs = prepare(++done);
  const tensors = Object.fromEntries(
    specs.map(([input, shape]) => {
      const data = inputs[input]!;
      if (data.length !== sizeOf(shape)) throw new Error(`the input ${input} is not [${shape}]`);
      return [input, tf.tensor(data, [...shape])];
    }),
  );
  const start = performance.now();
  const results = step(tensors);
  await results.lossG.data();
  const ms = performance.now() - start;
  tf.dispose([tensors, results]);
  return ms;
}

console.log(JSON.stringify({ tfjs: tf.version.tfjs, backend: tf.getBackend(), threads: getThreadsCount() }));
for await (const line of createInterface({ input: process.stdin })) {
  const times: number[] = [];
  for (let i = 0; i < Number(line); i++) times.push(await timedStep());
  console.log(JSON.stringify(times));
}
