import type { ProblemCode } from '@stowage/contract';

/** A form that is refused. The message is a sentence for a person; it never repeats what the client sent. */
export class FormError extends Error {
  override readonly name = 'FormError';

  constructor(
    /** Kind of the problem; the form reader uses the form's own codes, `request-timeout` and `invalid-name`. */
    readonly code: ProblemCode,
    message: string,
  ) {
    super(message);
  }
}

/** The error of a body that breaks the syntax of multipart/form-data. */
export function malformed(message: string): FormError {
  return new FormError('malformed-multipart', message);
}

/** The error of a form that goes over one of the limits. */
export function overLimit(message: string): FormError {
  return new FormError('multipart-limit', message);
}
