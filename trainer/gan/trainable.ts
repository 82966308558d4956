import type * as tfjs from '@tensorflow/tfjs';
import { tf } from '../compile/tf.ts';
import type { AdamConstants } from '../plan/plan.ts';
import { type AdamGroup, adamGroups, adamUpdate, joinGradients } from './adam.ts';

/** A model with everything that a training step reads and writes of it. */
export interface Trainable {
  readonly model: tfjs.LayersModel;
  readonly adam: AdamConstants;
  /** Its trainable weights, in the groups in which Adam updates them. */
  readonly groups: readonly AdamGroup[];
  /** Its weights, moving statistics included, and their moving averages. Empty where none are kept. */
  readonly averages: readonly {
    readonly name: string;
    readonly weight: tfjs.Variable;
    readonly average: tfjs.Variable;
  }[];
  /** The name of each variable in graphs, checkpoints and engines: the same in every process. */
  readonly names: ReadonlyMap<tfjs.Variable, string>;
}

/** The name of an averaged weight. */
export const averageOf = (weight: string) => `ema/${weight}`;

/** A weight's variable. tfjs-layers keeps it in a field that its types call protected. */
const variableOf = (weight: object): tfjs.Variable => (weight as unknown as { val: tfjs.Variable }).val;

/** A model's variables, moving statistics included, by the names that its exported weights have. */
export const variablesOf = (model: tfjs.LayersModel): Map<string, tfjs.Variable> =>
  new Map(model.weights.map((weight) => [weight.originalName, variableOf(weight)]));

/**
 * Gives a model Adam's running sums, and averages of its weights where they are wanted.
 *
 * @param network its name, for the names of sums that several weights share
 */
export function trainable(
  model: tfjs.LayersModel,
  {
    network,
    adam,
    averaged,
  }: {
    readonly network: string;
    readonly adam: AdamConstants;
    readonly averaged: boolean;
  },
): Trainable {
  const weights = variablesOf(model);
  const names = new Map([...weights].map(([name, variable]) => [variable, name]));
  const groups = adamGroups(model.trainableWeights.map(variableOf), adam);
  for (const { parameters, mean, square } of groups) {
    const name = parameters.length > 1 ? `${network}/small` : names.get(parameters[0]!)!;
    names.set(square, `adam/square/${name}`);
    if (mean) names.set(mean, `adam/mean/${name}`);
  }
  const averages = [...(averaged ? weights : [])].map(([name, weight]) => {
    const average = tf.variable(weight, false);
    names.set(average, averageOf(name));
    return { name, weight, average };
  });
  return { model, adam, groups, averages, names };
}

/** What one side plays for: it minimises its loss and the penalty, and logs its loss and the scores. */
export interface Objective {
  readonly loss: tfjs.Scalar;
  readonly penalty?: tfjs.Scalar | undefined;
  readonly scores?: Readonly<Record<string, tfjs.Scalar>>;
}

/** The gradients of an objective by a model's groups of parameters, in their order, and what was computed beside them. */
export function gradientsOf({ groups }: Trainable, objective: () => Objective) {
  let played: Required<Omit<Objective, 'penalty'>> | undefined;
  const { grads } = tf.variableGrads(
    () => {
      const { loss, penalty, scores = {} } = objective();
      played = { loss, scores };
      for (const logged of [loss, ...Object.values(scores)]) tf.keep(logged);
      return penalty ? tf.add(loss, penalty) : loss;
    },
    groups.flatMap((group) => group.parameters),
  );
  return {
    ...played!,
    gradients: groups.map((group) => joinGradients(group, (parameter) => grads[parameter.name]!)),
  };
}

/** One Adam update of a model. @param factors what `adamRate` and `adamDamping` give for the step, both scalars */
export function update(
  { groups, adam }: Trainable,
  gradients: readonly tfjs.Tensor[],
  factors: { readonly rate: tfjs.Tensor; readonly damping: tfjs.Tensor },
): void {
  groups.forEach((group, i) => {
    adamUpdate(group, gradients[i]!, adam, factors);
  });
}

/** Moves the averages towards the weights: average ← weight + decay · (average − weight). @param decay a scalar */
export function moveAverages({ averages }: Trainable, decay: tfjs.Tensor | undefined): void {
  for (const { weight, average } of averages)
    average.assign(tf.add(weight, tf.mul(tf.sub(average, weight), decay!)));
}
