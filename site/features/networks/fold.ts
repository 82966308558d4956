import type { LayerSummary } from '../../../trainer/artifacts/schema.ts';
import { type LayerKind, layerKind, type Shape, sizeOf } from '../../../trainer/export/layer-kinds.ts';

/** A layer that is drawn as a block, with the small layers behind it that only touch up what it gives. */
export interface Stage {
  /** What it is, in words. */
  readonly kind: string;
  /** [size] or [height, width, channels] of what it hands on, before any flattening. */
  readonly shape: Shape;
  /** Its normalisation, activation and the like, in words and in order. */
  readonly marks: readonly string[];
}

/** A way beside the main one. Stages are places in the list of them. */
export interface SideWay {
  /** Where it branches off; undefined for one that begins with an input of its own. */
  readonly from: number | undefined;
  /** The stages along it; none on a shortcut. */
  readonly stages: readonly number[];
  /** Where it ends. */
  readonly to: number;
}

/** A network as the longest way through it, and the ways beside that. */
export interface FoldedNetwork {
  /** Each after those that it reads; the first is what the network is given. */
  readonly stages: readonly Stage[];
  readonly main: readonly number[];
  readonly sides: readonly SideWay[];
}

/** Folds the layers of a run's record into stages, along the edges that it names. */
export function foldLayers(recorded: readonly LayerSummary[], input: Stage): FoldedNetwork {
  const layers = withInputs(recorded, sizeOf(input.shape));
  const stages: Stage[] = [input];
  const edges: (readonly [from: number, to: number])[] = [];
  const readers = new Map<string, number>();
  for (const name of layers.flatMap(({ inputs }) => inputs)) readers.set(name, (readers.get(name) ?? 0) + 1);
  /** The stage that hands on what a layer gives; undefined for the mask of a dropout. */
  const stageOf = new Map<string, number | undefined>();
  const isMask = (name: string) =>
    layers.some(({ type, inputs }) => type === 'Multiply' && inputs[1] === name);

  const add = (stage: Stage, from: readonly number[]) => {
    for (const before of from) edges.push([before, stages.length]);
    return stages.push(stage) - 1;
  };
  const touchUp = (place: number, change: Partial<Stage>) => {
    stages[place] = { ...(stages[place] as Stage), ...change };
    return place;
  };
  const addMark = (place: number, mark: string) =>
    touchUp(place, { marks: [...(stages[place]?.marks ?? []), mark] });

  for (const [i, layer] of layers.entries()) {
    const { name, inputs, output } = layer;
    const { words, part, mark } = kindOf(layer);
    const stage = { kind: words, shape: output, marks: mark ? [mark] : [] };
    const read = inputs.map((input) => stageOf.get(input)).filter((place) => place !== undefined);
    const from = [...new Set(inputs.length === 0 ? [0] : read)];
    const [first = 0] = from;
    /** Whether nothing else reads what it reads: then it may be drawn on that. */
    const alone = inputs.every((input) => readers.get(input) === 1);
    const place = () => {
      if (part === 'input')
        return i === 0 ? 0 : isMask(name) ? undefined : add({ ...stage, kind: 'class' }, []);
      if (part === 'joint' && from.length === 1)
        return addMark(first, read.length < inputs.length ? 'dropout' : words);
      if (part !== 'shape') return part === 'mark' && alone ? addMark(first, words) : add(stage, from);
      // An input keeps the shape that it is given in.
      return output.length > 1 && first > 0 && alone ? touchUp(first, { shape: output }) : first;
    };
    stageOf.set(name, place());
  }
  const last = stageOf.get(layers.at(-1)?.name ?? '') ?? stages.length - 1;
  return { stages, ...waysOf(stages.length, last, edges) };
}

/** What nobody foresaw is drawn by its own name: as a mark, where it has neither weights nor work. */
function kindOf({ type, parameters, macs }: LayerSummary): LayerKind {
  return layerKind(type) ?? { words: type, part: parameters === 0 && macs === 0 ? 'mark' : 'block' };
}

type Edge = readonly [from: number, to: number];

/** The longest way from the first stage to the last, and the ways beside it: each edge is on one of them. */
function waysOf(count: number, last: number, edges: readonly Edge[]): Pick<FoldedNetwork, 'main' | 'sides'> {
  const before = (stage: number) => edges.filter(([, to]) => to === stage).map(([from]) => from);
  const depth = [0];
  const depthOf = (stage: number) => depth[stage] ?? Number.NEGATIVE_INFINITY;
  for (let stage = 1; stage < count; stage++)
    depth.push(Math.max(...before(stage).map((from) => depthOf(from) + 1)));
  const main = [last];
  for (let first = last; first > 0; ) {
    const [deepest] = before(first).sort((a, b) => depthOf(b) - depthOf(a) || a - b);
    if (deepest === undefined) break;
    main.unshift(deepest);
    first = deepest;
  }
  const walked = new Set(main);
  const left = new Set(
    edges.filter(([from, to]) => !walked.has(from) || main[main.indexOf(from) + 1] !== to),
  );
  /** The other end of an edge from (0) or to (1) a stage that no way has yet. */
  const take = (end: 0 | 1, stage: number, fits: (other: number) => boolean): number | undefined => {
    const edge = [...left].find((one) => one[end] === stage && fits(end === 0 ? one[1] : one[0]));
    if (edge) left.delete(edge);
    return edge && (end === 0 ? edge[1] : edge[0]);
  };
  const sides: SideWay[] = [];
  for (let stage = 0; stage < count; stage++) {
    if (walked.has(stage)) continue;
    const from = take(1, stage, () => true);
    const path: number[] = [];
    for (let next: number | undefined = stage; next !== undefined; ) {
      walked.add(next);
      path.push(next);
      next = take(0, next, (other) => !walked.has(other));
    }
    const to = take(0, path.at(-1) ?? stage, () => true);
    if (to !== undefined) sides.push({ from, stages: path, to });
  }
  for (const [from, to] of left) sides.push({ from, stages: [], to });
  return { main, sides };
}

type Linked = LayerSummary & { readonly inputs: readonly string[] };

/** A way while it is followed: the layer that it has got to, and how many numbers that gives. */
interface Way {
  readonly name: string | undefined;
  readonly size: number;
}

/**
 * Layers with what they read. Older records do not say: there a layer goes on from the open way whose size it takes, the
 * sample's own before others, and ways meet in a joint.
 */
function withInputs(layers: readonly LayerSummary[], inputSize: number): readonly Linked[] {
  if (layers.every((layer): layer is Linked => layer.inputs !== undefined)) return layers;
  let main: Way = { name: undefined, size: inputSize };
  const sides: Way[] = [];
  return layers.map((layer, i) => {
    const { words, part } = kindOf(layer);
    const own = { name: layer.name, size: sizeOf(layer.output) };
    const reads: Way[] = [];
    // A dense layer has a weight for each number that it takes and each of its units.
    const takes = words === 'dense' ? layer.macs / own.size : main.size;
    const side = sides.findIndex(({ size }) => size === takes);
    if (part === 'input' && i > 0) sides.push(own);
    else if (part !== 'joint' && takes !== main.size && side >= 0) reads.push(...sides.splice(side, 1, own));
    else {
      reads.push(main);
      const met = sides.findLastIndex(({ size }) => size === own.size);
      if (part === 'joint') reads.push(...sides.splice(met, 1));
      main = own;
    }
    return { ...layer, inputs: reads.map(({ name }) => name).filter((name) => name !== undefined) };
  });
}
