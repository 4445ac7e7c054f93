/** What the main thread asks of the digest worker. */
export type DigestRequest =
  | { readonly kind: 'advance'; readonly uploadId: string; readonly path: string; readonly end: number }
  | {
      readonly kind: 'finish';
      readonly uploadId: string;
      readonly path: string;
      readonly length: number;
      readonly ticket: number;
    }
  | {
      readonly kind: 'part';
      readonly path: string;
      readonly start: number;
      readonly end: number;
      readonly ticket: number;
    }
  | { readonly kind: 'forget'; readonly uploadId: string };

/** What it answers, to `finish` and `part` only. */
export type DigestReply =
  | { readonly ticket: number; readonly sha256: string }
  | { readonly ticket: number; readonly missing: true }
  | { readonly ticket: number; readonly message: string; readonly code: string | null };
