// The bench's other peer: the same step as tfjs runs it, eagerly, on its wasm backend. It speaks the protocol
// of torch_gan.py: a JSON line of what it is, then times for each count on standard input.
import { createInterface } from 'node:readline';
import { getThreadsCount, setThreadsCount } from '@tensorflow/tfjs-backend-wasm';
import { tf } from '../../compile/tf.ts';
import { buildGan } from '../../gan/gan.ts';
import { ganStep, inputRules } from '../../gan/step.ts';
import { stepInputs } from '../../plan/inputs.ts';
import { timedGame, timedRecipes } from '../timed-game.ts';
import { addMissingKernels } from './wasm-kernels.ts';

const [recipe, threads] = process.argv.slice(2);
const name = timedRecipes.find((known) => known === recipe);
if (!name) throw new Error(`${recipe} is not one of ${timedRecipes.join(', ')}`);
setThreadsCount(Number(threads));
addMissingKernels();
await tf.setBackend('wasm');

const { recipe: game, config, digits } = timedGame(name);
const gan = buildGan(game, config);
const step = ganStep(gan);
const inputs = inputRules(gan);
const prepare = stepInputs({ ...config, inputs }, { digits, seed: config.seed });
let done = 0;

async function timedStep(): Promise<number> {
  const prepared = prepare(++done);
  const tensors = Object.fromEntries(
    Object.entries(inputs).map(([input, { shape }]) => [input, tf.tensor(prepared[input]!, [...shape])]),
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
