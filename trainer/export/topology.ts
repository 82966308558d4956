import * as v from 'valibot';
import { digitSide } from '../data/idx-format.ts';
import { type GeneratorKindName, generatorKind, type Shape, sizeOf } from './layer-kinds.ts';
import { type LayersModelJson, type WeightEntry, weightBytes } from './layers-format.ts';

const name = v.pipe(v.string(), v.regex(/^[\w.-]{1,100}$/));
/** The first output of the one use of a layer. */
const use = v.tuple([name, v.literal(0), v.literal(0)]);

/** What is read of every layer, whatever its kind. */
const baseSchema = v.object({
  name,
  batch_input_shape: v.optional(
    v.tuple([v.null(), v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1 << 16))]),
  ),
});
const mostLayers = 100;

/** A chain of layers, or a graph of them with one input and one output. */
const topologySchema = v.object({
  class_name: v.picklist(['Sequential', 'Model', 'Functional']),
  config: v.object({
    name: v.optional(name, 'generator'),
    layers: v.pipe(
      v.array(
        v.object({
          class_name: v.string(),
          config: v.record(v.string(), v.unknown()),
          /** Of a graph alone: what the layer reads, at its one use. */
          inbound_nodes: v.optional(v.array(v.array(use))),
        }),
      ),
      v.maxLength(mostLayers),
    ),
    /** Of a graph alone. */
    output_layers: v.optional(v.tuple([use])),
  }),
});

/** Values of one layer for one digit, and multiply-adds of all: five times those of the largest recipe and more. */
const most = { values: 1 << 19, macs: 4e9 } as const;

/** A layer of a generator, checked. */
export interface NetworkLayer {
  readonly name: string;
  readonly kind: GeneratorKindName;
  /** The settings that are read, as the schema of its kind gives them. */
  readonly settings: unknown;
  /** Places of the layers that it reads, each before its own; none for a layer that is given the network's input. */
  readonly reads: readonly number[];
  readonly output: Shape;
  /** The shapes of its own weights, by name. */
  readonly weights: Readonly<Record<string, Shape>>;
}

/** A generator's layers, each after those that it reads; the last gives what the network gives. */
export interface Network {
  readonly name: string;
  /** Length of its input: the latent, and the class where there is one. */
  readonly inputSize: number;
  readonly layers: readonly NetworkLayer[];
}

/** A layer that no generator has, or settings that it cannot have: `input` where it does not fit what it reads. */
export interface LayerFault {
  readonly layer: string;
  readonly kind: string;
  readonly settings: readonly string[] | 'unknown kind';
}

/**
 * Reads a generator before anything is built of it: its layers are those that generators have, they fit one another and
 * the weights listed, and what they hold is bounded. So nothing is made of a model.json that claims a billion units.
 *
 * @returns in place of the network what is wrong with a layer, or with `model.json`, as the rest of a sentence about it
 */
export function readNetwork({
  modelTopology,
  weightsManifest,
}: LayersModelJson): Network | LayerFault | string {
  const parsed = v.safeParse(topologySchema, modelTopology);
  if (!parsed.success)
    return `is not a network of at most ${mostLayers} layers with one input and one output`;
  const { class_name, config } = parsed.output;
  const chained = class_name === 'Sequential';
  const listed = new Map(weightsManifest[0].weights.map((entry) => [entry.name, entry]));
  if (listed.size < weightsManifest[0].weights.length) return 'lists two weights of one name';
  const places = new Map<string, number>();
  const layers: NetworkLayer[] = [];
  let inputSize = 0;
  let macs = 0;
  let own = 0;
  for (const [place, { class_name: kind, config: of, inbound_nodes: uses = [] }] of config.layers.entries()) {
    const base = v.safeParse(baseSchema, of);
    if (!base.success) return 'has a layer without a name, or with a strange input';
    const { name: layer, batch_input_shape: given } = base.output;
    const at = { layer, kind };
    const known = generatorKind(kind);
    if (!known) return { ...at, settings: 'unknown kind' };
    const settings = v.safeParse(known.settings, of);
    if (!settings.success)
      return { ...at, settings: settings.issues.map((issue) => v.getDotPath(issue) ?? '') };
    // In a chain, the layer before.
    const before = chained
      ? [place - 1].filter((last) => last >= 0)
      : uses.flat().map(([read]) => places.get(read));
    const reads = before.filter((read) => read !== undefined);
    if (reads.length < before.length || uses.length > 1)
      return `has a layer ${layer} that reads what does not come before it`;
    if (reads.length === 0) {
      if (place > 0 || !given) return 'does not say how long its one input is';
      inputSize = given[1];
    }
    const [first = [inputSize], ...others] = reads.map((read) => layers[read]?.output ?? []);
    const wellRead =
      others.length > 0 === (known.part === 'joint') &&
      (known.part === 'input' ? reads.length === 0 : reads.length > 0 || chained);
    const flow = wellRead ? known.flow(settings.output, [first, ...others]) : undefined;
    if (!flow || flow.output.some((side) => !(side > 0)) || sizeOf(flow.output) > most.values)
      return { ...at, settings: ['input'] };
    const { output, weights = {} } = flow;
    for (const [weight, shape] of Object.entries(weights)) {
      own++;
      if (!isOfShape(listed.get(`${layer}/${weight}`), shape))
        return `lists no weight ${layer}/${weight} of the shape that its layer has`;
    }
    macs += weights.kernel ? (known.macs?.(weights.kernel, first, output) ?? 0) : 0;
    if (places.has(layer)) return `has two layers of the name ${layer}`;
    places.set(layer, place);
    layers.push({
      name: layer,
      kind: kind as GeneratorKindName,
      settings: settings.output,
      reads,
      output,
      weights,
    });
  }
  if (listed.size !== own) return 'lists weights that no layer of it has';
  if (macs > most.macs) return 'takes more to draw a digit than any generator';
  const [[last] = []] = config.output_layers ?? [];
  if (layers.length === 0 || (!chained && last !== layers.at(-1)?.name))
    return 'gives something else than what its last layer does';
  const read = new Set(layers.flatMap(({ reads }) => reads));
  // A library leaves such a layer out, and then has weights that belong to none.
  const unread = layers.findIndex((_, place) => place < layers.length - 1 && !read.has(place));
  if (unread >= 0) return `has a layer ${layers[unread]?.name} that nothing reads`;
  return { name: config.name, inputSize, layers };
}

const isOfShape = (entry: WeightEntry | undefined, shape: Shape) =>
  entry !== undefined && weightBytes(entry) > 0 && entry.shape.join() === shape.join();

/** A generator of digits, checked, with the settings that are read of its layers and no others. */
export interface GeneratorTopology {
  readonly inputSize: number;
  /** As `model.json` has it, without initialisers and what else a reader has no use for. */
  readonly topology: Record<string, unknown>;
}

/**
 * Checks a generator before a library builds it: what `readNetwork` does, and that a digit comes out.
 *
 * @returns what is wrong, as the rest of a sentence about `model.json`, in place of the topology
 */
export function readTopology(json: LayersModelJson): GeneratorTopology | string {
  const read = readNetwork(json);
  if (typeof read === 'string') return read;
  if ('settings' in read)
    return read.settings === 'unknown kind'
      ? `has a layer that no generator has, a ${read.kind.slice(0, 50)}`
      : `has settings of the layer ${read.layer} that it cannot have`;
  const { name, inputSize, layers } = read;
  const digit = layers.at(-1);
  if (digit?.output.join() !== `${digitSide},${digitSide},1`)
    return `draws [${digit?.output.join(', ')}] where a digit is [${digitSide}, ${digitSide}, 1]`;
  const nodeOf = (place: number) => [layers[place]?.name, 0, 0, {}];
  const listed = layers.map(({ name, kind, settings, reads, weights }) => ({
    class_name: kind,
    name,
    config: {
      ...(settings as object),
      name,
      ...(reads.length === 0 && { batch_input_shape: [null, inputSize] }),
      ...(weights.kernel && { kernel_initializer: 'zeros' }),
    },
    inbound_nodes: reads.length === 0 ? [] : [reads.map(nodeOf)],
  }));
  if (layers[0]?.kind !== 'InputLayer')
    return { inputSize, topology: { class_name: 'Sequential', config: { name, layers: listed } } };
  const ends = {
    input_layers: [nodeOf(0).slice(0, 3)],
    output_layers: [nodeOf(layers.length - 1).slice(0, 3)],
  };
  return { inputSize, topology: { class_name: 'Model', config: { name, layers: listed, ...ends } } };
}
