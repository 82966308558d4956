/**
 * What precedes the values of an array of unsigned bytes in NumPy's format, version 1.0: the magic string,
 * the version, the length of the rest, and a Python literal padded with spaces so that the values start at
 * a multiple of 64. https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
export function npyHeader(shape: readonly number[]): Uint8Array {
  const sides = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const literal = `{'descr': '|u1', 'fortran_order': False, 'shape': (${sides}), }`;
  const fixed = 10;
  const total = Math.ceil((fixed + literal.length + 1) / 64) * 64;
  const header = Buffer.alloc(total, ' ');
  header.write('\x93NUMPY\x01\x00', 'latin1');
  header.writeUInt16LE(total - fixed, 8);
  header.write(literal, fixed, 'latin1');
  header.write('\n', total - 1, 'latin1');
  return header;
}
