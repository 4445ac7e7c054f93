import type { BodyPace } from '../../../platform/http/body-clock.js';
import { LEAST_BATCH_BYTES } from '../../../platform/http/raw-body.js';

/** What one form may use up. All of it is bounded, so a request costs a known amount of memory whatever it sends. */
export interface FormLimits extends BodyPace {
  /** Parts that are not files, known or not, before and after the file. */
  readonly maxFields: number;
  /** All parts. With `maxHeaderBytes` this also bounds the headers of the whole form. */
  readonly maxParts: number;
  /** Bytes of a part's `name`, as sent. */
  readonly maxFieldNameBytes: number;
  /** Bytes of a field's value. */
  readonly maxFieldValueBytes: number;
  /** Bytes of the value of `path`: a folder path of full length may end in the file's own name. */
  readonly maxPathValueBytes: number;
  /** Bytes of one part's headers, with the blank line that ends them. */
  readonly maxHeaderBytes: number;
  /** Header lines of one part. */
  readonly maxHeaderPairs: number;
  /** Characters of the boundary (RFC 2046: 70). */
  readonly maxBoundaryLength: number;
  /** Bytes of file content that are handed over at once, and that are read ahead. */
  readonly batchBytes: number;
}

/** The limits of a form unless configured otherwise. */
export const DEFAULT_FORM_LIMITS: FormLimits = {
  maxFields: 16,
  maxParts: 20,
  maxFieldNameBytes: 100,
  maxFieldValueBytes: 4096,
  maxPathValueBytes: 8192,
  maxHeaderBytes: 8192,
  maxHeaderPairs: 20,
  maxBoundaryLength: 70,
  idleTimeoutMs: 30_000,
  minRate: 1024,
  batchBytes: LEAST_BATCH_BYTES,
};
