import { expect, it } from 'vitest';
import { tinyConfig } from '../gan/toy-fixture.ts';
import { mlp } from '../recipes/mlp.ts';
import type { Overrides } from '../recipes/recipe.ts';
import { scheduleNote } from './resume.ts';

/** What is said where a run of 8 epochs of 100 steps goes on, by default from its end. */
function noteOf(chosen: Overrides, { epochs, step = 800 }: { epochs: number; step?: number }) {
  const config = tinyConfig(mlp, { ...chosen, epochs: 8 });
  const checkpoint = { epoch: Math.floor(step / 100), step, seconds: 0, config, tensors: [], partial: {} };
  return scheduleNote({ checkpoint }, { ...config, epochs }, 100);
}

it('tells how far more epochs take back what has fallen', () => {
  expect(noteOf({ rateAtEnd: 0.05 }, { epochs: 16 })).toBe(
    'With 16 epochs in place of 8, the share left of the learning rates goes from 0.05 to 0.52, and falls from there to the last step.',
  );
  const both = { rateAtEnd: 0.05, gradientPenalty: 1, penaltyAtEnd: 0.1 };
  expect(noteOf(both, { epochs: 16 })).toContain(
    'rates goes from 0.05 to 0.52, that of the gradient penalty goes from 0.10 to 0.55, and falls',
  );
});

it('tells how far fewer epochs let it fall at once', () => {
  expect(noteOf({ rateAtEnd: 0.05 }, { epochs: 5, step: 400 })).toContain('goes from 0.53 to 0.14,');
});

it('says nothing where nothing moves', () => {
  expect(noteOf({}, { epochs: 16 })).toBeUndefined();
  expect(noteOf({ rateAtEnd: 0.05 }, { epochs: 8, step: 400 })).toBeUndefined();
  expect(noteOf({ rateAtEnd: 0.05 }, { epochs: 16, step: 0 })).toBeUndefined();
  expect(noteOf({ gradientPenalty: 0, penaltyAtEnd: 0.1 }, { epochs: 16 })).toBeUndefined();
});
