/** What is known of a run's card where it is sorted and filtered. */
export interface Card {
  readonly name: string;
  readonly recipe: string;
  readonly status: string;
  readonly device: string;
  /** Undefined for a run that cannot be read. */
  readonly seconds: number | undefined;
  readonly score: number | undefined;
}

export interface Wish {
  /** One of the keys of `orders`; anything else leaves the order as it is, newest first. */
  readonly sort: string;
  /** Empty for all. */
  readonly recipe: string;
  readonly status: string;
  /** Every word of it must occur in the name, the recipe or the device. */
  readonly words: string;
}

type Order = (a: Card, b: Card) => number;

const byName: Order = (a, b) => a.name.localeCompare(b.name, 'en', { numeric: true });

const orders = new Map<string, Order>(
  Object.entries({
    name: byName,
    recipe: (a, b) => compareText(a.recipe, b.recipe) || byName(a, b),
    time: (a, b) => compareNumber(a.seconds, b.seconds),
    score: (a, b) => compareNumber(a.score, b.score),
  }),
);

/** The cards that are wished for, in the order that is wished for; equal ones keep their order. */
export function arrangeRuns<C extends Card>(cards: readonly C[], { sort, recipe, status, words }: Wish): C[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  const found = cards.filter((card) => {
    const said = `${card.name} ${card.recipe} ${card.device}`.toLowerCase();
    return (
      (recipe === '' || card.recipe === recipe) &&
      (status === '' || card.status === status) &&
      wanted.every((word) => said.includes(word))
    );
  });
  const order = orders.get(sort);
  return order ? found.sort(order) : found;
}

/** Those without a recipe last. */
function compareText(a: string, b: string): number {
  if (a === '' || b === '') return Number(a === '') - Number(b === '');
  return a.localeCompare(b, 'en');
}

/** Smallest first, those without a number last. */
function compareNumber(a: number | undefined, b: number | undefined): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  return a - b;
}
