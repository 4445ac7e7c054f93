import type { Permission, ProblemCode } from '@stowage/contract';
import type { z } from 'zod';

/** Methods that routes are offered with. */
export type Method = 'get' | 'head' | 'post' | 'put' | 'patch' | 'delete';

/** Something that a request carries besides its body. */
export interface ParameterDoc {
  readonly in: 'path' | 'query' | 'header';
  readonly name: string;
  readonly description: string;
  readonly required: boolean;
  readonly schema: z.ZodType;
  /** Valid for the schema. */
  readonly example?: string | number;
}

/** What a request carries. */
export interface BodyDoc {
  readonly mediaType: string;
  /** Null for bytes that are what they are. */
  readonly schema: z.ZodType | null;
  readonly required: boolean;
  readonly description: string;
  /** Whole bodies by name, each valid for the schema. */
  readonly examples?: Readonly<Record<string, unknown>>;
}

/** A header of an answer. */
export interface HeaderDoc {
  readonly description: string;
  readonly schema: z.ZodType;
}

/** One way in which a request ends well. */
export interface AnswerDoc {
  readonly status: number;
  readonly description: string;
  /** Null for an answer without a body. */
  readonly schema: z.ZodType | null;
  /** `application/json` unless said otherwise. */
  readonly mediaType?: string;
  readonly headers?: Readonly<Record<string, HeaderDoc>>;
  /** Valid for the schema. */
  readonly example?: unknown;
}

/**
 * What a route takes and answers. It stands beside its controller, and a test compares all of them with the routes that
 * the running application has.
 */
export interface RouteDoc {
  readonly method: Method;
  /** With parameters in braces. */
  readonly path: `/${string}`;
  /** Unique; names the operation in clients made from the document. */
  readonly id: string;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  readonly parameters?: readonly ParameterDoc[];
  readonly body?: BodyDoc;
  readonly answers: readonly AnswerDoc[];
  /** Beside those that every route can answer with. */
  readonly problems: readonly ProblemCode[];
  /** Headers of refusals, by status. */
  readonly problemHeaders?: Readonly<Record<number, Readonly<Record<string, HeaderDoc>>>>;
  /** Refusals are labelled `application/json` and have `error`, for form widgets. */
  readonly form?: boolean;
  /**
   * What whoever asks has to be allowed; `public` for a route that anybody may call. A route with a `slug` in its path is for
   * whoever holds that link: `share` and `request` when it is one and its password was shown, `link` for either, locked or not.
   */
  readonly permission: Permission | 'public' | 'link' | 'share' | 'request';
}
