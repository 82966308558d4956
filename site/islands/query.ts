/** The one element inside `root` that server and island agreed on; its absence is a mistake in our own markup. */
export function query<E extends Element>(root: ParentNode, selector: string, type: new () => E): E {
  const element = root.querySelector(selector);
  if (element instanceof type) return element;
  throw new Error(`the page has no ${type.name} at ${selector}`);
}
