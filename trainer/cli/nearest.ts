import { closest, distance } from 'fastest-levenshtein';

/** The known name that was most likely meant; none when nothing is near. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const candidate = closest(name, [...known]);
  const tolerance = Math.max(2, Math.ceil(Math.max(name.length, candidate.length) / 2));
  return distance(name, candidate) <= tolerance ? candidate : undefined;
}

/**
 * The sentence for a name that does not exist, with the nearest one that does, or with all of them.
 *
 * @param kind what the name should name, such as 'recipe'
 */
export function unknownName(kind: string, name: string, known: readonly string[]): string {
  const candidate = nearest(name, known);
  if (candidate !== undefined) return `There is no ${kind} ${name}; did you mean ${candidate}?`;
  if (known.length === 0) return `There is no ${kind} ${name}, and no other.`;
  return `There is no ${kind} ${name}; there ${known.length === 1 ? 'is' : 'are'} ${known.join(', ')}.`;
}
