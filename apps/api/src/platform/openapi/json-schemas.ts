import { z } from 'zod';

/** A JSON Schema, as far as it is looked into here. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** Schemas that get a name in the document, so that clients made from it have a type of that name. */
export type NamedSchemas = Readonly<Record<string, z.ZodType>>;

/** Turns zod schemas into those of the document; the named ones are referred to. */
export class JsonSchemas {
  private readonly names = new Map<z.ZodType, string>();

  /**
   * @param answers what the server says: a member with a preset is always there
   * @param requests what clients say: a member with a preset may be left out
   */
  constructor(
    private readonly answers: NamedSchemas,
    private readonly requests: NamedSchemas,
  ) {
    for (const [name, schema] of [...Object.entries(answers), ...Object.entries(requests)]) {
      this.names.set(schema, name);
    }
  }

  /** All named schemas. */
  components(): Readonly<Record<string, JsonSchema>> {
    return { ...convertAll(this.answers, 'output'), ...convertAll(this.requests, 'input') };
  }

  /** A reference to a named schema, or the schema itself. */
  of(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
    const name = this.names.get(schema);
    return name === undefined ? bare(z.toJSONSchema(schema, { io, override })) : { $ref: addressOf(name) };
  }
}

function convertAll(named: NamedSchemas, io: 'input' | 'output'): Readonly<Record<string, JsonSchema>> {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(named)) registry.add(schema, { id });
  const { schemas } = z.toJSONSchema(registry, { io, uri: addressOf, override });
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, bare(schema as JsonSchema)]));
}

function addressOf(name: string): string {
  return `#/components/schemas/${name}`;
}

/**
 * An answer may get new members in a later version, and clients must not break at them. Only what zod itself refuses, in
 * strict requests, is said to be closed.
 */
function override({
  zodSchema,
  jsonSchema,
}: {
  zodSchema: z.core.$ZodTypes;
  jsonSchema: z.core.JSONSchema.BaseSchema;
}) {
  if (zodSchema._zod.def.type === 'object' && zodSchema._zod.def.catchall === undefined) {
    delete jsonSchema.additionalProperties;
  }
}

function bare(schema: object): JsonSchema {
  return Object.fromEntries(Object.entries(schema).filter(([name]) => name !== '$schema' && name !== '$id'));
}
