/** Puts an epoch's values into every `<data data-key>` inside `root`. */
export function showValues(root: ParentNode, epoch: number): void {
  for (const value of root.querySelectorAll('data')) {
    const { key = '' } = value.dataset;
    value.textContent = valueAt(epoch, key);
  }
}

/** The value as the table of numbers words it; a dash where that epoch has none, as epoch 0 has not. */
function valueAt(epoch: number, key: string): string {
  const cell = document.querySelector(`tr[data-epoch="${epoch}"] > [data-key="${CSS.escape(key)}"]`);
  return cell?.textContent ?? '–';
}
