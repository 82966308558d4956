import type { LayerSummary } from '../../../trainer/artifacts/schema.ts';

/** A layer that is drawn as a block, with the small layers behind it that only touch up what it gives. */
export interface Stage {
  /** What it is, in words. */
  readonly kind: string;
  /** [size] or [height, width, channels] of what it hands on, before any flattening. */
  readonly shape: readonly number[];
  /** Its normalisation, activation and the like, in words and in order. */
  readonly marks: readonly string[];
}

/** A network as two ways: the one of the sample and, where there is one, that of the class. */
export interface FoldedNetwork {
  readonly main: readonly Stage[];
  /** Ends in the last stage of `main`; empty when nothing joins. */
  readonly side: readonly Stage[];
}

const blockWords: Record<string, string> = {
  Dense: 'dense',
  Conv2D: 'convolution',
  Conv2DTranspose: 'transposed conv.',
  UpSampling2D: 'upsampling',
};

/** Layers whose weights are divided by their spectral norm are drawn as the plain ones, with a mark. */
const spectralTypes: Record<string, string> = { SpectralDense: 'Dense', SpectralConv2D: 'Conv2D' };

const markWords: Record<string, string> = {
  BatchNormalization: 'batch norm',
  ReLU: 'ReLU',
  LeakyReLU: 'leaky ReLU',
  Activation: 'activation',
  Dropout: 'dropout',
  Reshape: 'reshape',
  Flatten: 'flatten',
};

/** Marks too, but what they hand on is of another size than what they take. */
const edgeWords: Record<string, string> = {
  Cropping2D: 'crop',
  ZeroPadding2D: 'padding',
};

const mergeWords: Record<string, string> = {
  Dot: 'dot product',
  Add: 'sum',
  Concatenate: 'joined',
  Multiply: 'product',
};

/** A way through the network while it is being followed. */
interface Way {
  stages: Stage[];
  /** How many numbers flow in it. */
  size: number;
}

/**
 * Folds the layers of a run's record into stages. The record has no connections, so a layer goes on from the
 * way whose size it takes, the sample's own before others; an input that meets the sample without a layer
 * of its own (the mask of a dropout) is no way but a mark.
 *
 * @param input what the network is given; it stands for the record's own first input, if it begins with one
 */
export function foldLayers(all: readonly LayerSummary[], input: Stage): FoldedNetwork {
  const layers = all[0]?.type === 'InputLayer' ? all.slice(1) : all;
  const main: Way = { stages: [input], size: sizeOf(input.shape) };
  const sides: Way[] = [];
  let joined: Way | undefined;
  for (const layer of layers) {
    const size = sizeOf(layer.output);
    if (layer.type === 'InputLayer') sides.push({ stages: [{ ...stageOf(layer), kind: 'class' }], size });
    else if (layer.type in mergeWords) {
      const mask = sides.findIndex((way) => way.size === size && !hasWork(way));
      const side = sides.findIndex(hasWork);
      if (side >= 0) {
        joined = sides.splice(side, 1)[0];
        main.stages.push({ ...stageOf(layer), kind: mergeWords[layer.type] ?? layer.type });
      } else if (mask >= 0) {
        sides.splice(mask, 1);
        addMark(main, 'dropout');
      } else addMark(main, mergeWords[layer.type] ?? layer.type);
      main.size = size;
    } else {
      const way = goesOnFrom(layer, main, sides);
      if (isMark(layer)) touchUp(way, layer);
      else way.stages.push(stageOf(layer));
      way.size = size;
    }
  }
  return { main: main.stages, side: joined?.stages ?? [] };
}

function stageOf({ type, output }: LayerSummary): Stage {
  const plain = spectralTypes[type];
  return { kind: blockWords[plain ?? type] ?? type, shape: output, marks: plain ? ['spectral norm'] : [] };
}

/** What has neither weights nor work of its own is a mark, and so is a normalisation. */
function isMark({ type, parameters, macs }: LayerSummary): boolean {
  return type in markWords || (!(type in blockWords) && parameters === 0 && macs === 0);
}

function hasWork(way: Way): boolean {
  return way.stages.length > 1;
}

/** How many numbers a layer takes in: a dense one has a weight for each of them and each of its units. */
function takes({ type, macs, output }: LayerSummary): number | undefined {
  if ((spectralTypes[type] ?? type) === 'Dense') return macs / sizeOf(output);
  return type in markWords ? sizeOf(output) : undefined;
}

function goesOnFrom(layer: LayerSummary, main: Way, sides: readonly Way[]): Way {
  const wanted = takes(layer);
  if (wanted === undefined || wanted === main.size) return main;
  return sides.find((way) => way.size === wanted) ?? main;
}

function touchUp(way: Way, layer: LayerSummary): void {
  const last = way.stages.at(-1);
  // An input keeps the shape that it is given in.
  if (layer.type === 'Reshape' && !hasWork(way)) return;
  if (last && layer.type === 'Reshape') way.stages[way.stages.length - 1] = { ...last, shape: layer.output };
  else if (layer.type !== 'Flatten')
    addMark(way, markWords[layer.type] ?? edgeWords[layer.type] ?? layer.type);
}

function addMark(way: Way, mark: string): void {
  const last = way.stages.at(-1);
  if (last) way.stages[way.stages.length - 1] = { ...last, marks: [...last.marks, mark] };
}

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}
