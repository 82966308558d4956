/** Words of these characters mean themselves to every shell of the kind. */
const plain = { posix: /^[\w@%+=:,./-]+$/, windows: /^[\w@+=:,./\\-]+$/ };

/**
 * Words as a command line that a person can paste: those that a shell would take apart are quoted, for POSIX shells
 * with single quotes and for Windows with double ones.
 */
export function shellWords(words: readonly string[], { windows = false } = {}): string {
  const quote = (word: string) =>
    windows ? `"${word.replaceAll('"', '""')}"` : `'${word.replaceAll("'", "'\\''")}'`;
  const safe = windows ? plain.windows : plain.posix;
  return words.map((word) => (safe.test(word) ? word : quote(word))).join(' ');
}
