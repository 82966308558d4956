import { multiplyHigh } from './philox.ts';
import { wordsAt } from './streams.ts';

/**
 * The numbers 0 … count - 1 in an order that (seed, epoch) decides, every order equally likely.
 *
 * Fisher and Yates's shuffle. Each place is drawn by Lemire's method, "Fast random integer generation in an
 * interval", 2019, https://doi.org/10.1145/3230636, algorithm 5: the upper word of a product is the draw,
 * and the few lower words that would favour some draws are rejected.
 *
 * @param count 0 … 2^32 - 1
 */
export function permutation(count: number, { seed, epoch }: { seed: number; epoch: number }): Uint32Array {
  const nextWord = wordsAt({ seed, purpose: 'shuffle', step: epoch, index: 0 });
  const below = (limit: number): number => {
    const rejected = (2 ** 32 - limit) % limit;
    let word = nextWord();
    while (Math.imul(word, limit) >>> 0 < rejected) word = nextWord();
    return multiplyHigh(word, limit) >>> 0;
  };

  const order = new Uint32Array(count);
  for (let i = 0; i < count; i++) order[i] = i;
  for (let i = count - 1; i > 0; i--) {
    const other = below(i + 1);
    const moved = order[i] as number;
    order[i] = order[other] as number;
    order[other] = moved;
  }
  return order;
}
