import type { Run } from '../../../trainer/artifacts/schema.ts';
import { formatCount } from '../../format.ts';
import { type FoldedNetwork, foldLayers, type Stage } from './fold.ts';
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
  const last = folded.main.at(-1);
  if (!last) return folded;
  const pixels = { ...last, marks: [...last.marks, activationWords[config.outputActivation]] };
  return { ...folded, main: [...folded.main.slice(0, -1), pixels] };
}

/** “Latents: 64. Dense: 256. …” with the marks in brackets, and what joins. */
function networkWords({ main, side }: FoldedNetwork): string {
  const ways = [main.map(stageWords).join('; ')];
  if (side.length > 0) ways.push(`the class joins at the end: ${side.map(stageWords).join('; ')}`);
  return `From left to right: ${ways.join('. Below, ')}.`;
}

function stageWords({ kind, shape, marks }: Stage): string {
  const words = `${kind.replace('conv.', 'convolution')}, ${shapeWords(shape, ' by ')}`;
  return marks.length > 0 ? `${words} (${marks.join(', ')})` : words;
}

/** 7 × 7 × 64 */
export function shapeWords(shape: readonly number[], by = ' × '): string {
  return shape.map(formatCount).join(by);
}
