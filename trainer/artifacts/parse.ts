import { z } from 'zod';
import { InputError } from '../errors.ts';

function checkVersion(value: unknown, wanted: number, file: string): void {
  const found = z.looseObject({ schemaVersion: z.unknown() }).safeParse(value).data?.schemaVersion;
  if (found === wanted) return;
  if (typeof found !== 'number')
    throw new InputError(`${file} has no schemaVersion, so Inkling did not write it; train the run again.`);
  if (found > wanted)
    throw new InputError(
      `${file} has schema version ${found}, newer than the ${wanted} that this Inkling reads; update Inkling.`,
    );
  throw new InputError(
    `${file} has schema version ${found}, older than the ${wanted} that this Inkling reads; ` +
      'train the run again, or read it with the Inkling that wrote it.',
  );
}

/** @throws InputError for bytes that are not UTF-8 */
export function decodeText(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new InputError(`${file} is not text in UTF-8, so Inkling did not write it; put the file back.`);
  }
}

/** The first thing that a schema finds wrong, with its place. */
export function firstIssue(error: z.ZodError): string {
  const [issue, ...others] = error.issues;
  if (!issue) return 'unknown fault';
  const place = issue.path.length > 0 ? `${z.core.toDotPath(issue.path)}: ` : '';
  const more = others.length > 0 ? ` (and ${others.length} more)` : '';
  // Keys and values of the file are a part of some messages, and may be of any length.
  const [where, what] = [place, issue.message].map((text) => text.slice(0, 200));
  return `${where}${what}${more}`;
}

interface Parsing<S> {
  schema: S;
  /** The name to call it by in errors. */
  file: string;
}

/** @throws InputError when it breaks the schema; the sentence names the place */
export function parseValue<S extends z.ZodType>(value: unknown, { schema, file }: Parsing<S>): z.output<S> {
  const parsed = schema.safeParse(value);
  if (!parsed.success)
    throw new InputError(`${file} is not as Inkling writes it: ${firstIssue(parsed.error)}.`);
  return parsed.data;
}

function fromJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new InputError(`${file} is not JSON: ${reason.slice(0, 200)}.`);
  }
}

/** @throws InputError when it is not JSON or breaks the schema; the sentence names the place */
export const parseJson = <S extends z.ZodType>(text: string, parsing: Parsing<S>): z.output<S> =>
  parseValue(fromJson(text, parsing.file), parsing);

/**
 * Parses one versioned JSON file of an artifact.
 *
 * @param version the schema version that `schema` reads
 * @throws InputError as `parseJson` does, and when it is of another version
 */
export function parseVersioned<S extends z.ZodType>(
  text: string,
  { version, ...parsing }: Parsing<S> & { version: number },
): z.output<S> {
  const value = fromJson(text, parsing.file);
  checkVersion(value, version, parsing.file);
  return parseValue(value, parsing);
}

/**
 * Serialises a value through its schema, so that nothing is written that a reader would refuse.
 *
 * @throws Error naming the place at fault, such as a loss that is not a number
 */
export function serialise<S extends z.ZodType>(
  value: z.input<S>,
  { schema, file, indent = 0 }: { schema: S; file: string; indent?: number },
): string {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new Error(`${file} cannot be written: ${firstIssue(parsed.error)}.`);
  return `${JSON.stringify(parsed.data, null, indent)}\n`;
}
