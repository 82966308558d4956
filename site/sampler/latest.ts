/**
 * Does `work` for one value at a time. Of the values that arrive meanwhile only the last is kept: a slider sends
 * more than can be drawn, and what is skipped nobody would have seen.
 */
export function latest<T>(work: (value: T) => Promise<void>): (value: T) => void {
  let next: { value: T } | undefined;
  let busy = false;
  const run = async () => {
    busy = true;
    try {
      while (next) {
        const { value } = next;
        next = undefined;
        await work(value);
      }
    } finally {
      busy = false;
    }
  };
  return (value) => {
    next = { value };
    if (!busy) void run();
  };
}
