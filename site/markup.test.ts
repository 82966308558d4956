import { expect, test } from 'vitest';
import { element, toHtml } from './markup.ts';

test('an element is written with its attributes and what it holds; an undefined attribute is left out', () => {
  const drawing = element('svg', { role: 'img', width: 3, class: undefined }, element('path', { d: 'M0 4' }));
  expect(toHtml(drawing)).toBe('<svg role="img" width="3"><path d="M0 4"></path></svg>');
});

test('text and attributes stay what they are, whatever characters they have', () => {
  const name = '</title><script>alert("x" & 1)</script>';
  expect(toHtml(element('a', { title: name }, name))).toBe(
    '<a title="&lt;/title&gt;&lt;script&gt;alert(&quot;x&quot; &amp; 1)&lt;/script&gt;">' +
      '&lt;/title&gt;&lt;script&gt;alert("x" &amp; 1)&lt;/script&gt;</a>'.replaceAll('"', '&quot;'),
  );
});
