/** A piece of a page as plain data, which the build and the browser write alike: text, or an element with what it holds. */
export type Markup = string | MarkupElement;

interface MarkupElement {
  readonly tag: string;
  readonly attributes: Attributes;
  readonly children: readonly Markup[];
}
/** Undefined leaves an attribute out. */
type Attributes = Readonly<Record<string, string | number | undefined>>;

export function element(
  tag: string,
  attributes: Attributes = {},
  ...children: readonly Markup[]
): MarkupElement {
  return { tag, attributes, children };
}

/** As HTML with SVG inside. Text stays text, whatever characters it has; tags are ours, and none of them void. */
export function toHtml(markup: Markup): string {
  if (typeof markup === 'string') return escaped(markup);
  const { tag, attributes, children } = markup;
  const named = Object.entries(attributes).flatMap(([name, value]) =>
    value === undefined ? [] : [` ${name}="${escaped(String(value))}"`],
  );
  return `<${tag}${named.join('')}>${children.map(toHtml).join('')}</${tag}>`;
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => entities[character] ?? '');
}
