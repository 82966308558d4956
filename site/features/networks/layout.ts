import type { FoldedNetwork, SideWay, Stage } from './fold.ts';

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

/** The face's width, by the number of channels: each doubling adds as much. */
export function blockWidth(channels: number): number {
  return 4 + 6 * Math.log2(Math.max(1, channels));
}

const round = (value: number) => Math.round(value * 10) / 10;

/** What a stage takes on the page: the faces of its block, and all with its marks. */
function extentOf({ shape, marks }: Stage) {
  const [side = 1] = shape.length > 1 ? shape : [1];
  const face = { width: blockWidth(shape.at(-1) ?? 1), height: side * perPixel };
  const depth = side > 1 ? face.height * slant : 0;
  return { face, depth, width: face.width + depth + marks.length * markGap };
}

/** About what the longest line of the labels takes at their size. */
function labelWidth({ kind, marks, shape }: Stage): number {
  return Math.max(kind.length, marks.join(', ').length, shape.join(' × ').length) * 6.7;
}

/** Where ways stand: columns from left to right, and rows below the main way, which is row 0. */
interface Grid {
  readonly columnOf: readonly number[];
  readonly rowOf: readonly number[];
  /** The row of each side way. */
  readonly rowOfWay: ReadonlyMap<SideWay, number>;
}

/** Each stage as far to the right as what reads it allows, and each side way in the first row that is free along it. */
function gridOf({ stages, main, sides }: FoldedNetwork): Grid {
  const edges = [
    main,
    ...sides.map(({ from, stages, to }) => [...(from === undefined ? [] : [from]), ...stages, to]),
  ].flatMap((way) => way.slice(1).map((to, i) => [way[i] as number, to] as const));
  const latest = stages.map(() => main.length - 1);
  for (let stage = stages.length - 1; stage >= 0; stage--)
    for (const [from, to] of edges)
      if (to === stage) latest[from] = Math.min(latest[from] as number, (latest[to] as number) - 1);
  const columnOf = latest.map((column) => column - Math.min(0, ...latest));
  const rowOf = stages.map(() => 0);
  const rowOfWay = new Map<SideWay, number>();
  const taken: { row: number; start: number; end: number }[] = [];
  // What goes from a stage to the column behind it needs no row of its own: it bends into that of its end.
  const isStep = ({ from, stages: between, to }: SideWay) =>
    from !== undefined && between.length === 0 && columnOf[to] === (columnOf[from] as number) + 1;
  for (const way of sides.filter((side) => !isStep(side))) {
    const [first = way.from ?? 0] = way.stages;
    const start = way.from === undefined ? (columnOf[first] as number) : (columnOf[way.from] as number) + 1;
    const end = (columnOf[way.to] as number) - 1;
    let row = 1;
    while (taken.some((other) => other.row === row && other.start <= end && start <= other.end)) row++;
    taken.push({ row, start, end });
    rowOfWay.set(way, row);
    for (const stage of way.stages) rowOf[stage] = row;
  }
  for (const way of sides.filter(isStep)) rowOfWay.set(way, rowOf[way.to] as number);
  return { columnOf, rowOf, rowOfWay };
}

/** The height of the line along which each row travels, and of its labels. */
function rowsOf({ stages }: FoldedNetwork, { rowOf, rowOfWay }: Grid) {
  const rows: { middle: number; labels: number }[] = [];
  let y = top;
  for (let row = 0; row <= Math.max(0, ...rowOfWay.values()); row++) {
    const own = stages.filter((_, stage) => rowOf[stage] === row);
    const tallest =
      row === 0 ? pictureSide : Math.max(16, ...own.map((stage) => extentOf(stage).face.height));
    const middle = y + (tallest * (1 + slant)) / 2;
    const labels = middle + (tallest * (1 + slant)) / 2 + lineHeight;
    rows.push({ middle, labels });
    // A row of nothing but shortcuts has no labels.
    y = own.length > 0 ? labels + lineHeight * labelLines : middle + gap;
  }
  return { rows, height: y };
}

/**
 * Places a network from left to right, with the picture that it draws (`end`) or is shown (`start`): then it stands for
 * the first stage. A feature map is as high as its side, and as thick as it has channels; a vector is one of side 1.
 */
export function layoutNetwork(network: FoldedNetwork, pictureAt: 'start' | 'end'): NetworkLayout {
  const { stages, main, sides } = network;
  const grid = gridOf(network);
  const { columnOf, rowOf } = grid;
  const { rows, height } = rowsOf(network, grid);
  const middle = rows[0]?.middle ?? 0;
  const pictured = (stage: number) => pictureAt === 'start' && stage === 0;
  const columns = Array.from({ length: Math.max(...columnOf) + 1 }, (_, column) => column);
  const widths = columns.map((column) => {
    const own = stages.filter((_, stage) => columnOf[stage] === column && !pictured(stage));
    const slots = own.map((stage) => Math.max(narrowest, extentOf(stage).width, labelWidth(stage)));
    return Math.max(0, ...slots, ...(pictureAt === 'start' && column === columnOf[0] ? [pictureSide] : []));
  });
  const lefts = widths.map((_, column) => widths.slice(0, column).reduce((x, width) => x + width + gap, 0));
  const end = (lefts.at(-1) ?? 0) + (widths.at(-1) ?? 0);
  const picture = {
    x: round(pictureAt === 'start' ? (lefts[columnOf[0] ?? 0] ?? 0) : end + gap),
    y: round(middle - pictureSide / 2),
    side: pictureSide,
  };

  const placed = stages.map((stage, i): PlacedStage => {
    const { face, depth, width } = extentOf(stage);
    const [column, row] = [columnOf[i] ?? 0, rows[rowOf[i] ?? 0] ?? { middle, labels: 0 }];
    const left = (lefts[column] ?? 0) + ((widths[column] ?? 0) - width) / 2;
    return {
      stage,
      block: {
        x: round(left),
        y: round(row.middle - face.height / 2 + depth / 2),
        width: round(face.width),
        height: face.height,
        depth: round(depth),
      },
      marks: stage.marks.map((_, k) => round(left + face.width + depth + (k + 1) * markGap)),
      labelX: round(left + width / 2),
      labelY: round(row.labels),
    };
  });
  const pictureBlock = { x: picture.x, y: picture.y, width: pictureSide, height: pictureSide, depth: 0 };
  const blockOf = (stage: number): Block =>
    pictured(stage) ? pictureBlock : (placed[stage]?.block ?? pictureBlock);
  const rightOf = (stage: number) => {
    const { x, width, depth } = blockOf(stage);
    return (pictured(stage) ? undefined : placed[stage]?.marks.at(-1)) ?? x + width + depth;
  };
  const lineOf = (row: number) => round(rows[row]?.middle ?? middle);
  /** The middle of the gap before a column. */
  const before = (column: number) => round((lefts[column] ?? end + gap) - gap / 2);

  /** From the right of a stage to the left of the next in its row, or of the picture. */
  const along = (from: number, to: Block, row: number) =>
    `M${round(rightOf(from) + 4)} ${lineOf(row)}H${round(to.x - 4)}`;
  /** Down beside its stage, along its row, and up into where it ends, from below where that is the main way. */
  const across = (from: number, to: number, row: number) => {
    const [line, end] = [rowOf[to] ?? 0, blockOf(to)];
    const start = `M${round(rightOf(from) + 4)} ${lineOf(rowOf[from] ?? 0)}`;
    const down = rowOf[from] === row ? '' : `H${before((columnOf[from] ?? 0) + 1)}V${lineOf(row)}`;
    if (line === row) return `${start}${down}H${round(end.x - 4)}`;
    const bottom = end.y + end.height;
    const up = `H${before(columnOf[to] ?? 0)}`;
    return line > 0
      ? `${start}${down}${up}V${lineOf(line)}H${round(end.x - 4)}`
      : `${start}${down}${up}V${round(Math.max(middle + 28, bottom + 10))}L${round(end.x - 4)} ${round(bottom + 4)}`;
  };

  const sideArrows = sides.flatMap((way) => {
    const row = grid.rowOfWay.get(way) ?? 0;
    const stops = [...(way.from === undefined ? [] : [way.from]), ...way.stages, way.to];
    return stops.slice(1).map((to, i) => across(stops[i] as number, to, row));
  });
  return {
    width: round(Math.max(end, picture.x + pictureSide) + 4),
    height: round(height),
    stages: placed.filter((_, stage) => !pictured(stage)),
    picture,
    arrows: [
      ...main.slice(1).map((to, i) => along(main[i] as number, blockOf(to), 0)),
      ...(pictureAt === 'end' ? [along(main.at(-1) ?? 0, pictureBlock, 0)] : []),
      ...sideArrows,
    ],
  };
}
