import { z } from 'zod';
import { choice, type Flag, number, text } from './flag.ts';

/** One flag per field of a flat schema, each undefined unless it is given. */
export type SchemaFlags<Shape extends z.ZodRawShape> = {
  readonly [Name in keyof Shape]: Flag<z.output<Shape[Name]> | undefined>;
};

/** What we use of the JSON schema that zod writes for a field. */
const fieldSchema = z.object({
  type: z.string().optional(),
  description: z.string().default(''),
  enum: z.array(z.string()).optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  exclusiveMinimum: z.number().optional(),
});
type Field = z.infer<typeof fieldSchema>;

/**
 * The flags of a flat schema of numbers, words and choices: their names, types, ranges and help all come
 * from the schema, so that a new field needs no second declaration.
 *
 * @param shownDefaults what the help shows as each field's default, such as those of the recipe
 * @throws Error naming the field whose type has no flag
 */
export function schemaFlags<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape>,
  { shownDefaults = {} }: { shownDefaults?: Partial<z.output<z.ZodObject<Shape>>> } = {},
): SchemaFlags<Shape> {
  const shown: Record<string, unknown> = shownDefaults;
  const { properties = {} } = z.toJSONSchema(schema);
  const flags = Object.entries(properties).map(([name, property]): [string, Flag<unknown>] => {
    const field = fieldSchema.parse(property);
    const shownDefault = shown[name] === undefined ? null : String(shown[name]);
    return [name, { ...fieldFlag(name, field), shownDefault }];
  });
  // The shape's fields and the properties of its JSON schema are the same, which zod's types do not say.
  return Object.fromEntries(flags) as SchemaFlags<Shape>;
}

function fieldFlag(name: string, field: Field): Flag<unknown> {
  const { description } = field;
  if (field.enum) return choice({ description, choices: field.enum });
  switch (field.type) {
    case 'integer':
    case 'number':
      return number({ description, ...rangeOf(field) });
    case 'string':
      return text({ description });
    case 'boolean':
      return trueOrFalse(description);
    default:
      throw new Error(`The field ${name} has no type that a flag can take: ${field.type ?? 'none'}.`);
  }
}

function rangeOf({ type, minimum, maximum, exclusiveMinimum }: Field) {
  return {
    integer: type === 'integer',
    ...(minimum !== undefined && { min: minimum }),
    ...(maximum !== undefined && { max: maximum }),
    ...(exclusiveMinimum !== undefined && { above: exclusiveMinimum }),
  };
}

/** A field that may be on by default needs a way to say no, which a switch has not. */
function trueOrFalse(description: string): Flag<boolean | undefined> {
  return {
    ...choice({ description, choices: ['true', 'false'] }),
    read: (given) => (given === 'true' ? true : given === 'false' ? false : undefined),
    fallback: undefined,
  };
}
