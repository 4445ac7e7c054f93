import * as z from 'zod';

/** What is fixed about one kind of problem: its short title, HTTP status, and whether the same request may succeed later. */
export interface ProblemKind {
  readonly title: string;
  readonly status: number;
  /** True when repeating the request unchanged is worth a try. Clients decide on this, never on the status. */
  readonly retryable: boolean;
}

/** Every problem the server can answer with, by its stable code (RFC 9457; `type` is `urn:stowage:problem:<code>`). */
export const PROBLEMS = {
  // The form and its numbers
  'malformed-multipart': { title: 'The form could not be read', status: 400, retryable: false },
  'multipart-limit': { title: 'The form has too many or too large parts', status: 400, retryable: false },
  'missing-field': { title: 'A field is missing', status: 400, retryable: false },
  'invalid-field': { title: 'A field has no valid value', status: 400, retryable: false },
  'no-file': { title: 'The form has no file', status: 400, retryable: false },
  'several-files': { title: 'The form has more than one file', status: 400, retryable: false },
  'field-after-file': { title: 'A field came after the file', status: 400, retryable: false },
  'offset-mismatch': { title: 'The offset is not the chunk index times the chunk size', status: 400, retryable: false },
  'chunk-count-mismatch': { title: 'The chunk count does not fit the sizes', status: 400, retryable: false },
  'size-mismatch': { title: 'Size mismatch', status: 400, retryable: false },
  'range-outside-upload': { title: 'These bytes lie outside the upload', status: 400, retryable: false },
  'upload-mismatch': { title: 'This upload was begun with other values', status: 400, retryable: false },
  'digest-mismatch': { title: 'The bytes do not have the declared digest', status: 400, retryable: false },
  'invalid-request': { title: 'The request is not valid', status: 400, retryable: false },
  'malformed-request': { title: 'The request is not valid HTTP', status: 400, retryable: false },
  'headers-too-large': { title: 'The headers of the request are too large', status: 431, retryable: false },
  'request-timeout': { title: 'No bytes arrived for too long', status: 408, retryable: true },
  'too-slow': { title: 'The body arrived too slowly', status: 408, retryable: true },
  'invalid-header': { title: 'A header has no valid value', status: 400, retryable: false },
  'missing-header': { title: 'A header is missing', status: 400, retryable: false },
  'unsupported-encoding': { title: 'This content encoding is not accepted', status: 415, retryable: false },
  'body-too-large': { title: 'The body is larger than this request may have', status: 413, retryable: false },
  'unsupported-media-type': { title: 'This content type is not accepted here', status: 415, retryable: false },
  'invalid-name': { title: 'This name cannot be stored', status: 422, retryable: false },
  'invalid-path': { title: 'This folder path cannot be stored', status: 422, retryable: false },
  'type-not-allowed': { title: 'Files of this kind are not wanted here', status: 422, retryable: false },
  'content-not-allowed': { title: 'This space does not take what is in this file', status: 422, retryable: false },
  // Limits
  'file-too-large': { title: 'The file is larger than this server accepts', status: 413, retryable: false },
  'chunk-too-large': { title: 'The chunk is larger than this server accepts', status: 413, retryable: false },
  'too-many-chunks': { title: 'The file has more chunks than this server accepts', status: 413, retryable: false },
  'quota-exceeded': { title: 'The quota has no room for this file', status: 413, retryable: false },
  'too-many-uploads': { title: 'Too many uploads are unfinished', status: 429, retryable: true },
  overloaded: { title: 'The server is busy', status: 503, retryable: true },
  'chunk-busy': { title: 'These bytes are being written by another request', status: 503, retryable: true },
  superseded: { title: 'Another request has taken over these bytes', status: 409, retryable: false },
  'offset-conflict': { title: 'The append does not begin where the held bytes end', status: 409, retryable: false },
  'chunk-conflict': { title: 'Other bytes are held in this place', status: 409, retryable: false },
  // The state of uploads and files
  'name-taken': { title: 'File already exists', status: 409, retryable: false },
  'path-not-a-folder': { title: 'A part of the path is a file', status: 409, retryable: false },
  'idempotency-key-reused': { title: 'This key was used for another upload', status: 409, retryable: false },
  'upload-incomplete': { title: 'Bytes of this upload are still missing', status: 409, retryable: false },
  'no-chunk-size': { title: 'This upload was begun without a chunk size', status: 409, retryable: false },
  'upload-finished': { title: 'This upload is finished', status: 409, retryable: false },
  'upload-cancelled': { title: 'This upload was cancelled', status: 410, retryable: false },
  'bytes-missing': { title: 'Bytes of this upload are gone from the disk', status: 410, retryable: false },
  'upload-expired': { title: 'This upload has expired', status: 410, retryable: false },
  'bytes-lost': { title: 'Bytes of this upload could not be kept on the disk', status: 410, retryable: false },
  'upload-not-found': { title: 'There is no such upload', status: 404, retryable: false },
  'entry-not-found': { title: 'There is no such file or folder', status: 404, retryable: false },
  'folder-not-found': { title: 'There is no such folder', status: 404, retryable: false },
  'operation-not-found': { title: 'There is no such operation', status: 404, retryable: false },
  'folder-into-itself': { title: 'A folder cannot be put into itself', status: 409, retryable: false },
  'folder-too-deep': { title: 'The folders would be nested too deeply', status: 409, retryable: false },
  'not-in-trash': { title: 'This is not in the trash', status: 409, retryable: false },
  'file-not-found': { title: 'There is no such file', status: 404, retryable: false },
  'zip-too-large': { title: 'This is too much for one ZIP file', status: 413, retryable: false },
  'range-not-satisfiable': { title: 'The file has no such bytes', status: 416, retryable: false },
  // Storage and database
  'storage-full': { title: 'There is no space left to store this', status: 507, retryable: true },
  'storage-failed': { title: 'The file could not be written to the disk', status: 503, retryable: true },
  'file-unreadable': { title: 'The file could not be read from the disk', status: 503, retryable: true },
  'file-damaged': { title: 'The bytes of this file are damaged', status: 500, retryable: false },
  'database-unavailable': { title: 'The database cannot be reached', status: 503, retryable: true },
  // Who may in
  unauthorized: { title: 'Signing in is needed', status: 401, retryable: false },
  'not-set-up': { title: 'Nobody has set this server up yet', status: 401, retryable: false },
  'sign-in-failed': { title: 'The name or the password is wrong', status: 401, retryable: false },
  'too-many-attempts': { title: 'Too many attempts', status: 429, retryable: true },
  'link-not-valid': { title: 'This link is not valid any more', status: 410, retryable: false },
  'link-not-found': { title: 'There is no such link', status: 404, retryable: false },
  'link-revoked': { title: 'This link has been revoked', status: 410, retryable: false },
  'link-expired': { title: 'This link has expired', status: 410, retryable: false },
  'link-used-up': { title: 'This link has been used as often as it may be', status: 410, retryable: false },
  'link-target-gone': { title: 'What this link leads to is gone', status: 410, retryable: false },
  'link-password-needed': { title: 'This link wants a password', status: 401, retryable: false },
  'link-password-wrong': { title: 'This is not the password of the link', status: 401, retryable: false },
  'upload-password-needed': { title: 'Uploads want a password here', status: 403, retryable: false },
  'upload-password-wrong': { title: 'This is not the password for uploads', status: 403, retryable: false },
  'sender-needed': { title: 'Whoever asks for files wants to know who sends them', status: 422, retryable: false },
  'too-many-links': { title: 'The space has too many links', status: 409, retryable: false },
  'not-a-folder': { title: 'Only a folder can take this', status: 409, retryable: false },
  'password-refused': { title: 'This password cannot be used', status: 422, retryable: false },
  'account-needed': { title: 'Only somebody with an account can do this', status: 403, retryable: false },
  'not-permitted': { title: 'This is not allowed to you', status: 403, retryable: false },
  'account-not-found': { title: 'There is no such account', status: 404, retryable: false },
  'account-name-taken': { title: 'Somebody has this name already', status: 409, retryable: false },
  'account-disabled': { title: 'This account is disabled', status: 409, retryable: false },
  'account-in-use': { title: 'Somebody uses this account', status: 409, retryable: false },
  'last-admin': { title: 'Somebody has to manage the server', status: 409, retryable: false },
  'space-not-found': { title: 'There is no such space', status: 404, retryable: false },
  'space-name-taken': { title: 'Another space has this name already', status: 409, retryable: false },
  'space-is-personal': { title: 'This space belongs to one account', status: 409, retryable: false },
  'member-not-found': { title: 'Nobody of this id is a member', status: 404, retryable: false },
  'member-exists': { title: 'This account is a member already', status: 409, retryable: false },
  'last-manager': { title: 'Somebody has to manage the space', status: 409, retryable: false },
  'token-not-found': { title: 'There is no such token', status: 404, retryable: false },
  'too-many-tokens': { title: 'This account has too many tokens', status: 409, retryable: false },
  'session-not-found': { title: 'There is no such session', status: 404, retryable: false },
  'host-not-allowed': { title: 'This server answers on loopback names only', status: 403, retryable: false },
  'origin-not-allowed': { title: 'Requests from this page are not allowed', status: 403, retryable: false },
  // Everything else
  'not-found': { title: 'There is nothing here', status: 404, retryable: false },
  'method-not-allowed': { title: 'This method is not offered here', status: 405, retryable: false },
  'shutting-down': { title: 'The server is shutting down', status: 503, retryable: true },
  internal: { title: 'Internal error', status: 500, retryable: true },
} as const satisfies Record<string, ProblemKind>;

/** The stable name of a problem's kind. */
export type ProblemCode = keyof typeof PROBLEMS;

/** Prefix of a problem's `type`. */
export const PROBLEM_TYPE_PREFIX = 'urn:stowage:problem:';

/**
 * An error document (RFC 9457, `application/problem+json`). On the form endpoints it is sent as `application/json` with
 * `error` set, because Dropzone shows nothing else.
 */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string().describe('One sentence for a person: what happened, and where it helps, what to do.'),
  code: z.string(),
  retryable: z.boolean(),
  folder: z
    .string()
    .optional()
    .describe(
      'Of `upload-password-needed` and `upload-password-wrong`: the beginning of the path of the upload that leads to the ' +
        'folder whose password is wanted, as it was sent; empty when that is the folder in which the path begins, or above it.',
    ),
  /** Also found in the log line of the request. */
  requestId: z.string().optional(),
  /** Set on form endpoints: the sentence that Dropzone shows. */
  error: z.string().optional(),
});
/** See {@link problemSchema}. */
export type Problem = z.infer<typeof problemSchema>;

/** True for a code of {@link PROBLEMS}. */
export function isProblemCode(code: string): code is ProblemCode {
  return Object.hasOwn(PROBLEMS, code);
}
