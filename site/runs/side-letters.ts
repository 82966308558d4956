/** The sides of a comparison, by the letters that the address, the charts and the pictures call them. */
export const sideLetters = ['a', 'b', 'c', 'd'] as const;
export type SideLetter = (typeof sideLetters)[number];
