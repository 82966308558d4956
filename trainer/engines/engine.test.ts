import { afterEach, describe, expect, it } from 'vitest';
import { wave } from '../compile/compiled-fixture.ts';
import { tf } from '../compile/tf.ts';
import { trace } from '../compile/trace.ts';
import { chooseEngine } from './choose.ts';
import { type Engine, startEngine } from './engine.ts';
import { cpu } from './onnxruntime.ts';
import { readSetup } from './tensorflow.ts';

let engine: Engine | undefined;
afterEach(async () => {
  await engine?.dispose();
  tf.disposeVariables();
});

/** libtensorflow where `npm run setup:cuda` set it up. */
const names = ['cpu', 'eager', ...(readSetup() ? (['tensorflow'] as const) : [])] as const;

const start = async (name: (typeof names)[number]) => {
  engine = startEngine(await chooseEngine({ engine: name, threads: 1 }));
  return engine;
};

/** Adds its input to a running sum. */
const runningSum = () => {
  const sum = tf.variable(tf.zeros([3]), false, 'sum');
  const { graph } = trace(
    ({ x }) => {
      sum.assign(tf.add(sum, x!) as typeof sum);
      return { total: tf.sum(sum) };
    },
    { x: [3] },
  );
  return graph;
};
const ones = () => ({ x: Float32Array.of(1, 1, 1) });

describe.each(names)('the engine %s', (name) => {
  it('keeps state from step to step, gives it out and takes it in', async () => {
    const program = await (await start(name)).load(runningSum(), { sum: Float32Array.of(1, 2, 3) });
    expect((await program.run(ones())).total![0]).toBe(9);
    expect((await program.run(ones())).total![0]).toBe(12);
    expect(await program.read()).toEqual({ sum: Float32Array.of(3, 4, 5) });
    await program.write({ sum: Float32Array.of(0, 0, 0) });
    expect((await program.run(ones())).total![0]).toBe(3);
  });

  it('runs several programs, each with its own state', async () => {
    const started = await start(name);
    const graph = runningSum();
    const [a, b] = [
      await started.load(graph, {}),
      await started.load(graph, { sum: Float32Array.of(9, 9, 9) }),
    ];
    const results = await Promise.all([a.run(ones()), b.run(ones()), a.run(ones())]);
    expect(results.map((r) => r.total![0])).toEqual([3, 30, 6]);
  });

  it('says what is wrong with inputs, and goes on', async () => {
    const program = await (await start(name)).load(runningSum(), {});
    await expect(program.run({ x: new Float32Array(4) })).rejects.toThrow(
      'traced with 3 numbers for its input x and got 4',
    );
    await expect(program.run({})).rejects.toThrow('without its input x');
    await expect(program.run({ ...ones(), z: new Float32Array(1) })).rejects.toThrow(
      'z, which is no input of it',
    );
    await expect(program.write({ sum: new Float32Array(2) })).rejects.toThrow(
      'has 3 numbers, and 2 were given',
    );
    expect((await program.run(ones())).total![0]).toBe(3);
  });

  it('refuses a program that was disposed of', async () => {
    const program = await (await start(name)).load(runningSum(), {});
    await program.dispose();
    await expect(program.run(ones())).rejects.toThrow('was disposed of');
  });

  it('fails what waits for it when it ends', async () => {
    const started = await start(name);
    const program = await started.load(runningSum(), {});
    const running = program.run(ones());
    await Promise.all([started.dispose(), running.catch(() => undefined)]);
    await expect(program.run(ones())).rejects.toThrow("the engine's thread ended");
  });
});

describe('an engine', () => {
  it('takes a step that was compiled before, where it runs ONNX', async () => {
    const compiled = await cpu.source(runningSum());
    const program = await (await start('cpu')).load(structuredClone(compiled), {});
    expect((await program.run(ones())).total![0]).toBe(3);
    await engine?.dispose();
    const refused = (await start('eager')).load(compiled, {});
    await expect(refused).rejects.toThrow('tfjs on the CPU takes traced steps, and no ONNX');
  });

  it('takes two inputs on one buffer, and goes on after a message that can not be sent', async () => {
    const { graph } = trace(({ a, b }) => ({ y: tf.add(a!, b!) }), { a: [2], b: [2] });
    const program = await (await start('cpu')).load(graph, {});
    const detached = new Float32Array(2);
    structuredClone(detached.buffer, { transfer: [detached.buffer] });
    await expect(program.run({ a: detached, b: new Float32Array(2) })).rejects.toThrow();
    const both = Float32Array.of(1, 2, 10, 20);
    const { y } = await program.run({ a: both.subarray(0, 2), b: both.subarray(2) });
    expect(y).toEqual(Float32Array.of(11, 22));
  });

  it('leaves this thread free while a step runs', async () => {
    const side = 1200;
    const { graph } = trace(({ x }) => ({ y: tf.sum(tf.matMul(x!, x!)) }), { x: [side, side] });
    const program = await (await start('cpu')).load(graph, {});
    let turns = 0;
    let running = true;
    const step = program.run({ x: wave(side * side) }).finally(() => {
      running = false;
    });
    while (running) {
      await new Promise((resolve) => setImmediate(resolve));
      turns++;
    }
    await step;
    expect(turns).toBeGreaterThan(10);
  });
});
