import type { FoldedNetwork, Stage } from './fold.ts';

/** A box in oblique view: its front face, and how far its back face is shifted up and to the right. */
export interface Block {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly depth: number;
}

export interface PlacedStage {
  readonly stage: Stage;
  readonly block: Block;
  /** The x of each mark's upright stroke, right of the block. */
  readonly marks: readonly number[];
  /** Middle of the block and its marks, under which the labels stand. */
  readonly labelX: number;
  /** First line of the labels. */
  readonly labelY: number;
}

/** Where the picture of a digit stands: 28 pixels a side, as all pictures here. */
export interface PictureFrame {
  readonly x: number;
  readonly y: number;
  readonly side: number;
}

export interface NetworkLayout {
  readonly width: number;
  readonly height: number;
  readonly stages: readonly PlacedStage[];
  readonly picture: PictureFrame;
  /** Paths of the arrows along the ways. */
  readonly arrows: readonly string[];
}

/** Units of the drawing per pixel of a feature map. */
const perPixel = 4;
const pictureSide = 28 * perPixel;
/** The back face of a map lies off its front by this share of its height. */
const slant = 0.22;
const markGap = 5;
/** Room for the labels, and between neighbours. */
const narrowest = 96;
const gap = 14;
const lineHeight = 14;
const labelLines = 3;
const top = 8;
/** The line along which the sample travels. */
const middle = top + (pictureSide * (1 + slant)) / 2;
const mainLabels = middle * 2 - top + lineHeight;
const mainHeight = mainLabels + lineHeight * labelLines;
/** The class travels along a line of its own, below. */
const sideMiddle = mainHeight + 16;
const sideLabels = sideMiddle + lineHeight * 1.5;

/** The face's width, by the number of channels: each doubling adds as much. */
export function blockWidth(channels: number): number {
  return 4 + 6 * Math.log2(Math.max(1, channels));
}

/**
 * Places a network from left to right, with the picture that it draws (`end`) or is shown (`start`).
 * A feature map is as high as its side, and as thick as it has channels; a vector is one of side 1.
 */
export function layoutNetwork({ main, side }: FoldedNetwork, pictureAt: 'start' | 'end'): NetworkLayout {
  // The discriminator's input is the picture itself.
  const blocks = pictureAt === 'start' ? main.slice(1) : main;
  const first = pictureAt === 'start' ? pictureSide + gap : 0;
  const lane = placeLane(blocks, first, middle, mainLabels);
  const pictureX = pictureAt === 'start' ? 0 : lane.end + gap;
  const picture = { x: round(pictureX), y: round(middle - pictureSide / 2), side: pictureSide };
  const sideLane = placeLane(side, first, sideMiddle, sideLabels);
  const joint = lane.stages.at(-1);
  const width = Math.max(lane.end, sideLane.end, pictureX + pictureSide) + 4;
  const arrows = [
    ...(pictureAt === 'start'
      ? arrowsFrom(picture.x + picture.side, lane.stages)
      : arrowsBetween(lane.stages)),
    ...(pictureAt === 'end' ? arrowsFrom(rightOf(lane.stages.at(-1)), [pictureStage(picture)]) : []),
    ...arrowsBetween(sideLane.stages),
    ...(side.length > 0 && joint ? [joinPath(rightOf(sideLane.stages.at(-1)), joint)] : []),
  ];
  return {
    width: round(width),
    height: round(side.length > 0 ? sideLabels + lineHeight * labelLines : mainHeight),
    stages: [...lane.stages, ...sideLane.stages],
    picture,
    arrows,
  };
}

function placeLane(
  stages: readonly Stage[],
  from: number,
  y: number,
  labelY: number,
): { stages: PlacedStage[]; end: number } {
  let x = from;
  const placed = stages.map((stage): PlacedStage => {
    const [height = 1] = stage.shape.length > 1 ? stage.shape : [1];
    const channels = stage.shape.at(-1) ?? 1;
    const face = { width: blockWidth(channels), height: height * perPixel };
    const depth = height > 1 ? face.height * slant : 0;
    const marksWidth = stage.marks.length * markGap;
    const slot = Math.max(narrowest, face.width + depth + marksWidth, labelWidth(stage));
    const left = x + (slot - face.width - depth - marksWidth) / 2;
    const right = left + face.width + depth;
    x += slot + gap;
    return {
      stage,
      block: {
        x: round(left),
        y: round(y - face.height / 2 + depth / 2),
        width: round(face.width),
        height: face.height,
        depth: round(depth),
      },
      marks: stage.marks.map((_, i) => round(right + (i + 1) * markGap)),
      labelX: round(left + (face.width + depth + marksWidth) / 2),
      labelY: round(labelY),
    };
  });
  return { stages: placed, end: x - gap };
}

/** About what the longest line of the labels takes at their size. */
function labelWidth({ kind, marks, shape }: Stage): number {
  const longest = Math.max(kind.length, marks.join(', ').length, shape.join(' × ').length);
  return longest * 6.7;
}

/** The picture as an aim of arrows. */
function pictureStage({ x, y, side }: PictureFrame): Pick<PlacedStage, 'block'> {
  return { block: { x, y, width: side, height: side, depth: 0 } };
}

function rightOf(placed: PlacedStage | undefined): number {
  if (!placed) return 0;
  return placed.marks.at(-1) ?? placed.block.x + placed.block.width + placed.block.depth;
}

function arrowsBetween(stages: readonly PlacedStage[]): string[] {
  const [first, ...rest] = stages;
  return first ? arrowsFrom(rightOf(first), rest) : [];
}

/** One arrow to each stage, the first from `from`, the others from the stage before. */
function arrowsFrom(from: number, stages: readonly (PlacedStage | Pick<PlacedStage, 'block'>)[]): string[] {
  let start = from;
  return stages.map((placed) => {
    const { block } = placed;
    const y = block.y + block.height / 2 - block.depth / 2;
    const arrow = `M${round(start + 4)} ${round(y)}H${round(block.x - 4)}`;
    start = 'marks' in placed ? rightOf(placed) : start;
    return arrow;
  });
}

/** Along the side way, up in the gap before the last stage's labels, and into that stage from below. */
function joinPath(from: number, { block, labelX }: PlacedStage): string {
  const aside = labelX - (narrowest + gap) / 2;
  const end = `${round(block.x - 4)} ${round(block.y + block.height + 4)}`;
  return `M${round(from + 4)} ${round(sideMiddle)}H${round(aside)}V${round(middle + 28)}L${end}`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
