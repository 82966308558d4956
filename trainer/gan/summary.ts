import type { LayersModel, layers as tfLayers } from '@tensorflow/tfjs';
import type { LayerSummary, NetworkSummary } from '../artifacts/schema.ts';

type Layer = tfLayers.Layer;
const size = (shape: readonly (number | null)[]) => shape.reduce<number>((n, d) => n * (d ?? 1), 1);
const shapeOf = (shapes: Layer['outputShape']) =>
  (Array.isArray(shapes[0]) ? shapes[0] : shapes) as (number | null)[];

const convolution = (layer: Layer, kernel: readonly number[]) =>
  size(kernel) * size(shapeOf(layer.outputShape).slice(1, 3));
const dense = (_: Layer, kernel: readonly number[]) => size(kernel);

/** Multiply-adds of one layer for one sample; what only adds, scales or moves values counts as none. */
const macsByType: Readonly<Record<string, (layer: Layer, kernel: readonly number[]) => number>> = {
  Dense: dense,
  // Every output position is a product with the whole kernel; every input position, when transposed.
  Conv2D: convolution,
  Conv2DTranspose: (layer, kernel) =>
    size(kernel) * size((layer.input as { shape: (number | null)[] }).shape.slice(1, 3)),
  // The spectral norm is worked out once a step, not for each sample.
  SpectralDense: dense,
  SpectralConv2D: convolution,
  Dot: (layer) => size((layer.input as { shape: (number | null)[] }[])[0]!.shape),
};

function summariseLayer(layer: Layer): LayerSummary {
  const type = layer.getClassName();
  const kernel = (layer.weights.find((w) => w.originalName.endsWith('/kernel'))?.shape ?? []) as number[];
  return {
    name: layer.name,
    type,
    output: shapeOf(layer.outputShape)
      .slice(1)
      .map((d) => d ?? 0),
    parameters: layer.countParams(),
    macs: macsByType[type]?.(layer, kernel) ?? 0,
  };
}

/** A network's layers with their output shapes, parameters and multiply-adds for one sample. */
export function summariseNetwork(model: LayersModel): NetworkSummary {
  const layers = model.layers.map(summariseLayer);
  const total = (field: 'parameters' | 'macs') => layers.reduce((sum, layer) => sum + layer[field], 0);
  return { layers, parameters: total('parameters'), macs: total('macs') };
}
