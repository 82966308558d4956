// Protobuf's wire format: each field is its number and wire type as a varint, then its content.

export const message = (fields: readonly Uint8Array[]): Uint8Array => Buffer.concat(fields);
const key = (field: number, wireType: 0 | 2 | 5) => varint((field << 3) | wireType);
export const integer = (field: number, value: number) => message([key(field, 0), varint(value)]);
export const bytes = (field: number, content: Uint8Array) =>
  message([key(field, 2), varint(content.length), content]);
export const text = (field: number, content: string) => bytes(field, new TextEncoder().encode(content));
export const float = (field: number, value: number) =>
  message([key(field, 5), new Uint8Array(Float32Array.of(value).buffer)]);

/** Base 128, little end first; negative numbers in two's complement of 64 bits. */
function varint(value: number): Uint8Array {
  let rest = BigInt.asUintN(64, BigInt(value));
  const out: number[] = [];
  while (rest > 127n) {
    out.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  return Uint8Array.from([...out, Number(rest)]);
}
