/**
 * The share of a rate or weight that is left at step t = 1, 2, …: 1 at the first, `atEnd` at the last, and half
 * a cosine between them (Loshchilov & Hutter 2017, equation 5, without restarts). It depends on how long the
 * run is: one that is resumed for other epochs goes on from another place of another curve.
 */
export function shareAt(step: number, lastStep: number, atEnd: number): number {
  const done = lastStep > 1 ? (step - 1) / (lastStep - 1) : 0;
  return atEnd + ((1 - atEnd) * (1 + Math.cos(Math.PI * done))) / 2;
}
