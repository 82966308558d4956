import type { LayersModel, layers as tfLayers } from '@tensorflow/tfjs';
import type { LayerSummary, NetworkSummary } from '../artifacts/schema.ts';
import { layerKind, type Shape } from '../export/layer-kinds.ts';

type Layer = tfLayers.Layer;

/** The first of a layer's shapes, without the batch. */
function shapeOf(shapes: Layer['outputShape']): Shape {
  const [first] = shapes;
  const shape = (Array.isArray(first) ? first : shapes) as readonly (number | null)[];
  return shape.slice(1).map((side) => side ?? 0);
}

/** A layer of a model as it was first applied: its parts are not in tfjs's types. */
interface Applied {
  readonly inboundNodes: readonly {
    readonly inboundLayers: readonly Layer[];
    readonly inputShapes: Layer['outputShape'];
  }[];
}

function summariseLayer(layer: Layer, known: ReadonlySet<string>): LayerSummary {
  const type = layer.getClassName();
  const output = shapeOf(layer.outputShape);
  const kernel = layer.weights.find((weight) => weight.originalName.endsWith('/kernel'))?.shape ?? [];
  const [use] = (layer as unknown as Applied).inboundNodes;
  const macs = layerKind(type)?.macs?.(kernel as number[], shapeOf(use?.inputShapes ?? []), output) ?? 0;
  return {
    name: layer.name,
    type,
    // A chain's first layer reads an input layer that the chain does not list.
    inputs: (use?.inboundLayers ?? []).map(({ name }) => name).filter((name) => known.has(name)),
    output: [...output],
    parameters: layer.countParams(),
    macs,
  };
}

/** A network's layers with what they read, their output shapes, parameters and multiply-adds for one sample. */
export function summariseNetwork(model: LayersModel): NetworkSummary {
  const names = new Set(model.layers.map(({ name }) => name));
  const layers = model.layers.map((layer) => summariseLayer(layer, names));
  const total = (field: 'parameters' | 'macs') => layers.reduce((sum, layer) => sum + layer[field], 0);
  return { layers, parameters: total('parameters'), macs: total('macs') };
}
