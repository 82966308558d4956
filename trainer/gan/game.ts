import type * as tfjs from '@tensorflow/tfjs';
import type { Config } from '../config.ts';
import type { FirstValues } from '../plan/plan.ts';
import type { AdversarialLoss } from './losses.ts';
import type { Trainable } from './trainable.ts';

export interface Networks {
  /** [batch, latentSize + classes] → [batch, 28, 28, 1]: a chain of layers or a graph, of `generatorKinds` alone. */
  readonly generator: tfjs.LayersModel;
  /** [batch, 28, 28, 1], then a one-hot class when conditional, then one mask per dropout → logits [batch, 1]. */
  readonly discriminator: tfjs.LayersModel;
}

/** What a training plays: two networks and their loss. Every recipe is one. */
export interface Game {
  readonly name: string;
  /** 0, or the number of classes that both networks are told. */
  readonly classes: number;
  readonly loss: AdversarialLoss;
  /** Where a gradient penalty looks, if there is one: at real digits (R1, the default) or at fakes too (R1 + R2). */
  readonly penalty?: 'r1' | 'r1+r2';
  networks(config: Config): Networks;
}

/** A recipe's networks, with every variable that its training step reads and writes. */
export interface Gan {
  readonly recipe: Game;
  readonly config: Config;
  readonly generator: tfjs.LayersModel;
  readonly discriminator: tfjs.LayersModel;
  readonly trained: { readonly generator: Trainable; readonly discriminator: Trainable };
  /** What each weight begins with. */
  readonly first: ReadonlyMap<tfjs.Variable, FirstValues>;
  /** The name of a variable in graphs, checkpoints and engines: the same in every process. */
  nameOf(variable: tfjs.Variable): string;
  dispose(): void;
}
