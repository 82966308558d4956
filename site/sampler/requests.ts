import type { Request } from './protocol.ts';

/** @param origin the only one whose files are loaded */
type Check = (value: unknown, origin: string) => boolean;

const wholeTo =
  (most: number): Check =>
  (value) =>
    Number.isInteger(value) && Number(value) >= 1 && Number(value) <= most;
const isModel: Check = (value, origin) =>
  [Object(value).json, Object(value).weights].every(
    (url) => typeof url === 'string' && url.startsWith(`${origin}/`),
  );
const isFloats: Check = (value) => value instanceof Float32Array;
const isRange: Check = (value) =>
  Array.isArray(value) && value.length === 2 && value.every(Number.isFinite) && value[0] !== value[1];

/** What each kind of request has to have; numbers up to what a worker has the memory for, far above ours. */
const fields: Readonly<Record<string, Readonly<Record<string, Check>>>> = {
  draw: {
    model: isModel,
    input: isFloats,
    count: wholeTo(4096),
    range: isRange,
  },
  directions: { model: isModel, latentSize: wholeTo(4096), count: wholeTo(64) },
} satisfies Record<Request['kind'], object>;

/**
 * What a message asks for. By hand, for it is loaded with every sampler.
 *
 * @throws Error in words, that names what is wrong
 */
export function parseRequest(message: unknown, origin: string): Request {
  const { request } = Object(message);
  const { kind } = Object(request);
  const checks =
    typeof kind === 'string' && Object.hasOwn(fields, kind) ? fields[kind] : { kind: () => false };
  for (const [name, fits] of Object.entries(checks ?? {}))
    if (!fits(request?.[name], origin))
      throw new Error(`The sampler cannot do what it was asked: bad ${name}.`);
  return request;
}

/** The number of a message; -1, which nobody waits for, where it has none. */
export function parseId(message: unknown): number {
  const { id } = Object(message);
  return typeof id === 'number' ? id : -1;
}
