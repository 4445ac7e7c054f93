import type { Answer } from './http.js';
import { schemaFaults, type Resolve, type Schema } from './json-schema.js';
import type { Product } from './product.js';

/** Something that a request carries besides its body. */
export interface Parameter {
  readonly in: 'path' | 'query' | 'header';
  readonly name: string;
  readonly required: boolean;
  readonly schema: Schema;
  readonly example?: string | number;
}

/** Bodies or answers of one media type. */
interface Media {
  readonly schema?: Schema;
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
}

type Content = Readonly<Record<string, Media>>;

/** What the description says of one route. */
export interface Operation {
  readonly operationId: string;
  readonly parameters: readonly Parameter[];
  readonly requestBody?: { readonly required: boolean; readonly content: Content };
  readonly responses: Readonly<
    Record<string, { readonly content?: Content; readonly headers?: Readonly<Record<string, unknown>> }>
  >;
}

/** A route with its address. */
export interface Route {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

/** The description that a server gives of itself. */
export class ApiDescription {
  readonly routes: readonly Route[];

  constructor(
    private readonly document: { readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>> },
  ) {
    this.routes = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
    );
  }

  static async of(product: Product): Promise<ApiDescription> {
    const { text } = await product.send('/api/openapi.json');
    return new ApiDescription(JSON.parse(text) as ConstructorParameters<typeof ApiDescription>[0]);
  }

  readonly resolve: Resolve = (reference) =>
    reference
      .slice(2)
      .split('/')
      .reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], this.document) as Schema;

  /** What an answer has that the description does not allow. */
  faultsOf(answer: Answer, { method, operation }: Route): string[] {
    const described = operation.responses[String(answer.status)];
    if (described === undefined) return [`${answer.status} is not described: ${answer.text.slice(0, 300)}`];
    if (method === 'HEAD' || described.content === undefined) {
      return answer.body.length === 0 ? [] : ['there is a body'];
    }
    const media = described.content[answer.type] ?? described.content['*/*'];
    if (media === undefined) return [`${answer.type} is not described for ${answer.status}`];
    if (media.schema === undefined) return [];
    return schemaFaults(JSON.parse(answer.text), media.schema, this.resolve).map(
      (fault) => `${fault}: ${answer.text.slice(0, 300)}`,
    );
  }
}
