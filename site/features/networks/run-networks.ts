import type { Run } from '../../../trainer/artifacts/schema.ts';
import { formatCount } from '../../format.ts';
import { type FoldedNetwork, foldLayers, type SideWay, type Stage } from './fold.ts';
import { layoutNetwork, type NetworkLayout } from './layout.ts';

export const networkNames = ['generator', 'discriminator'] as const;
export type NetworkName = (typeof networkNames)[number];

export interface NetworkDrawing {
  readonly layout: NetworkLayout;
  /** The drawing in words, for those who do not see it. */
  readonly words: string;
}

/** One of a run's networks, ready to be drawn: the generator towards a picture, the discriminator from one. */
export function drawNetwork(
  run: Pick<Run, 'networks' | 'generator' | 'config'>,
  name: NetworkName,
): NetworkDrawing {
  const folded = name === 'generator' ? foldGenerator(run) : foldLayers(run.networks[name].layers, picture);
  return {
    layout: layoutNetwork(folded, name === 'generator' ? 'end' : 'start'),
    words: networkWords(folded),
  };
}

const activationWords = { tanh: 'tanh', sigmoid: 'sigmoid', relu: 'ReLU' };
const picture: Stage = { kind: 'picture', shape: [28, 28, 1], marks: [] };

/** The last activation is part of a layer, and of the configuration; the record of the layers does not name it. */
function foldGenerator({
  networks,
  generator,
  config,
}: Pick<Run, 'networks' | 'generator' | 'config'>): FoldedNetwork {
  const { latentSize, classes } = generator;
  const kind = classes > 0 ? 'latents and class' : 'latents';
  const folded = foldLayers(networks.generator.layers, { kind, shape: [latentSize + classes], marks: [] });
  const stages = folded.stages.map((stage, i) =>
    i === folded.main.at(-1)
      ? { ...stage, marks: [...stage.marks, activationWords[config.outputActivation]] }
      : stage,
  );
  return { ...folded, stages };
}

/** “From left to right: latents, 64; dense, 256. Below, …” with the marks in brackets. */
function networkWords({ stages, main, sides }: FoldedNetwork): string {
  const listed = (places: readonly number[]) =>
    places
      .map((place) => stages[place])
      .filter((stage) => stage !== undefined)
      .map(stageWords)
      .join('; ');
  const nameOf = (place: number) => spoken(stages[place]?.kind ?? '');
  const ends = (to: number) => (to === main.at(-1) ? 'at the end' : `at the ${nameOf(to)}`);
  const wayWords = ({ from, stages: along, to }: SideWay) => {
    if (along.length === 0) return `the ${nameOf(from ?? 0)} joins ${ends(to)} as well`;
    const begin = from === undefined ? 'the class' : `a way from the ${nameOf(from)}`;
    return `${begin} joins ${ends(to)}: ${listed(along)}`;
  };
  return `From left to right: ${[listed(main), ...sides.map(wayWords)].join('. Below, ')}.`;
}

const spoken = (kind: string) => kind.replace('conv.', 'convolution');

function stageWords({ kind, shape, marks }: Stage): string {
  const words = `${spoken(kind)}, ${shapeWords(shape, ' by ')}`;
  return marks.length > 0 ? `${words} (${marks.join(', ')})` : words;
}

/** 7 × 7 × 64 */
export function shapeWords(shape: readonly number[], by = ' × '): string {
  return shape.map(formatCount).join(by);
}
