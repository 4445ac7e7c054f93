/** A JSON Schema, as the description of the API has them. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: unknown;
  readonly items?: Schema;
  readonly allOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly default?: unknown;
}

/** Finds what a reference names. */
export type Resolve = (reference: string) => Schema;

/** A schema with its reference followed. */
export function resolved(schema: Schema, resolve: Resolve): Schema {
  return schema.$ref === undefined ? schema : resolved(resolve(schema.$ref), resolve);
}

/**
 * Says what is wrong with a value; nothing when it is valid. Stricter than the standard: a member that is described nowhere
 * is a fault, because a description that leaves out what is there is none.
 */
export function schemaFaults(value: unknown, schema: Schema, resolve: Resolve, at = '$'): string[] {
  const parts = flattened(schema, resolve);
  const faults = parts.flatMap((part) => ownFaults(value, part, resolve, at));
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return faults;
  const objects = parts.filter((part) => part.type === 'object');
  if (
    objects.length === 0 ||
    objects.some(({ additionalProperties }) => additionalProperties !== undefined && additionalProperties !== false)
  )
    return faults;
  const known = new Set(parts.flatMap(({ properties = {} }) => Object.keys(properties)));
  return [
    ...faults,
    ...Object.keys(value)
      .filter((name) => !known.has(name))
      .map((name) => `${at}.${name} is described nowhere`),
  ];
}

/** A schema and all that it consists of. */
function flattened(schema: Schema, resolve: Resolve): Schema[] {
  const whole = resolved(schema, resolve);
  return [whole, ...(whole.allOf ?? []).flatMap((part) => flattened(part, resolve))];
}

function ownFaults(value: unknown, schema: Schema, resolve: Resolve, at: string): string[] {
  const faults: string[] = [];
  const { type, properties = {}, required = [], items, anyOf } = schema;
  if (type !== undefined && ![type].flat().some((name) => isOfType(value, name)))
    faults.push(`${at} is no ${String(type)}`);
  if (schema.enum !== undefined && !schema.enum.includes(value)) faults.push(`${at} is ${JSON.stringify(value)}`);
  if (schema.const !== undefined && schema.const !== value) faults.push(`${at} is ${JSON.stringify(value)}`);
  if (typeof value === 'number') {
    if (value < (schema.minimum ?? -Infinity) || value > (schema.maximum ?? Infinity)) faults.push(`${at} is ${value}`);
    if (value <= (schema.exclusiveMinimum ?? -Infinity)) faults.push(`${at} is ${value}`);
  }
  if (typeof value === 'string') {
    const { minLength = 0, maxLength = Infinity, pattern } = schema;
    if (value.length < minLength || value.length > maxLength) faults.push(`${at} has ${value.length} characters`);
    if (pattern !== undefined && !new RegExp(pattern, 'u').test(value)) faults.push(`${at} does not match ${pattern}`);
  }
  if (Array.isArray(value) && items !== undefined) {
    faults.push(...value.flatMap((item, index) => schemaFaults(item, items, resolve, `${at}[${index}]`)));
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    for (const name of required) if (!Object.hasOwn(value, name)) faults.push(`${at}.${name} is missing`);
    for (const [name, member] of Object.entries(properties)) {
      const inner = (value as Record<string, unknown>)[name];
      if (inner !== undefined) faults.push(...schemaFaults(inner, member, resolve, `${at}.${name}`));
    }
  }
  if (anyOf !== undefined && !anyOf.some((choice) => schemaFaults(value, choice, resolve, at).length === 0)) {
    faults.push(`${at} is none of what it may be`);
  }
  return faults;
}

function isOfType(value: unknown, type: string): boolean {
  switch (type) {
    case 'null':
      return value === null;
    case 'array':
      return Array.isArray(value);
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    case 'integer':
      return Number.isSafeInteger(value);
    default:
      return typeof value === type;
  }
}
