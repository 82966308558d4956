import { round, type Scale } from './scale.ts';

/** A level worth comparing with, such as the score of a guess. */
export interface Reference {
  readonly value: number;
  readonly label: string;
}

export interface References {
  /** What a curve can come to at best. */
  readonly goal?: Reference | undefined;
  readonly references?: readonly Reference[] | undefined;
}

export interface Levels {
  /** From side to side of the plot. */
  readonly lines: readonly { readonly kind: 'goal' | 'reference'; readonly y: number }[];
  readonly names: readonly LevelName[];
}

interface LevelName {
  readonly x: number;
  readonly y: number;
  readonly anchor: 'start' | 'end';
  readonly label: string;
}

interface Plot {
  readonly left: number;
  readonly right: number;
  readonly top: number;
}
type Place = readonly [x: number, y: number];

interface Level {
  readonly y: number;
  readonly label: string;
}

/** Between a line and the foot of its name. */
const lift = 5;
const inset = 4;
/** Lines closer than this share a name. */
const nameHeight = 12;

/**
 * The goal is named where the curves leave it room, the others on the right. Those above the plot have no line and
 * are named over it.
 *
 * @param curves corners of every curve in the drawing
 */
export function layoutLevels(
  { goal, references = [] }: References,
  scale: Scale,
  plot: Plot,
  curves: readonly Place[],
): Levels {
  const levelAt = ({ value, label }: Reference): Level => ({ y: round(scale(value)), label });
  const goals = goal ? [levelAt(goal)] : [];
  const others = references.map(levelAt).sort((a, b) => a.y - b.y);
  const inside = others.filter(({ y }) => y >= plot.top);
  const beyond = others.filter(({ y }) => y < plot.top).map(({ label }) => label);
  const over = { y: plot.top, label: `↑ off the chart: ${beyond.join(', ')}` };
  return {
    lines: [
      ...goals.map(({ y }) => ({ kind: 'goal', y }) as const),
      ...inside.map(({ y }) => ({ kind: 'reference', y }) as const),
    ],
    names: [
      ...goals.map((level) => goalName(level, inside, curves, plot)),
      ...joinNames(inside).map((level) => nameOf(level, plot.right - inset, 'end')),
      ...(beyond.length > 0 ? [nameOf(over, plot.right, 'end')] : []),
    ],
  };
}

function nameOf({ y, label }: Level, x: number, anchor: LevelName['anchor']): LevelName {
  return { x, y: y - lift, anchor, label };
}

/**
 * At the end that the curves keep farther away from; where it would lie on another line, under its own and under the
 * curves that are there.
 */
function goalName(goal: Level, others: readonly Level[], curves: readonly Place[], plot: Plot): LevelName {
  const crowded = others.some(({ y }) => y <= goal.y && goal.y - y < lift + nameHeight);
  const under = lift + nameHeight;
  // A name takes about a third of the plot.
  const third = (plot.right - plot.left) / 3;
  const atStart = curves.filter(([x]) => x < plot.left + third).map(([, y]) => y);
  const atEnd = curves.filter(([x]) => x > plot.right - third).map(([, y]) => y);
  const room = (near: readonly number[]) => Math.min(...near.map((y) => Math.abs(y - goal.y)));
  const atLeft = room(atStart) >= room(atEnd);
  const inTheWay = (atLeft ? atStart : atEnd).filter((y) => Math.abs(y - goal.y) < 2 * under);
  const level = crowded ? { ...goal, y: Math.max(goal.y, ...inTheWay) + under } : goal;
  return atLeft ? nameOf(level, plot.left + inset, 'start') : nameOf(level, plot.right - inset, 'end');
}

/** Writes a name that would cover the one above it behind that. */
function joinNames(levels: readonly Level[]): Level[] {
  const joined: Level[] = [];
  for (const level of levels) {
    const above = joined.at(-1);
    if (above && level.y - above.y < nameHeight)
      joined.splice(-1, 1, { ...above, label: `${above.label}, ${level.label}` });
    else joined.push(level);
  }
  return joined;
}
