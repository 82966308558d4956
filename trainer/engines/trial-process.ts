import process from 'node:process';
import { firstLine } from '../errors.ts';
import { type EngineInfo, startEngine } from './engine.ts';
import { trialBatch, trialStep } from './trial-step.ts';

// The process in which an engine is tried: gets the engine as a message, answers with what it found.

/** Steps before the loss is read, and steps that are timed. */
const [warmUp, timed] = [3, 8];

async function playTrial(info: EngineInfo) {
  const { graph, state } = trialStep();
  const engine = startEngine(info);
  const program = await engine.load(graph, state);
  const play = async () => {
    const images = Float32Array.from({ length: trialBatch * 784 }, (_, i) => Math.sin(i * 0.37));
    const start = performance.now();
    const { loss } = await program.run({ images });
    return { ms: performance.now() - start, loss: loss![0]! };
  };
  let loss = Number.NaN;
  for (let i = 0; i < warmUp; i++) ({ loss } = await play());
  let stepMs = Number.POSITIVE_INFINITY;
  for (let i = 0; i < timed; i++) stepMs = Math.min(stepMs, (await play()).ms);
  await engine.dispose();
  return { stepMs, loss };
}

process.once('message', async (info: EngineInfo) => {
  const answer = await playTrial(info).catch((error: unknown) => ({ fault: firstLine(error) }));
  process.send?.(answer, () => process.exit());
});
