import { PROBLEMS, type UploadSummary, isProblemCode } from '@stowage/contract';

const BLOCKED: Readonly<Record<string, string>> = {
  'name-taken': 'All bytes are here, but a file with this name exists in the folder.',
  'path-not-a-folder': 'All bytes are here, but a part of the folder path is a file.',
};

/** Why an upload is not finished, as a sentence. */
export function reasonOf({ state, reason, length, received }: UploadSummary): string {
  if (state === 'completing') return 'The server is checking the bytes.';
  if (reason !== undefined) return BLOCKED[reason] ?? (isProblemCode(reason) ? `${PROBLEMS[reason].title}.` : reason);
  if (length === null) return 'Still arriving; its length is not known yet.';
  return received === 0 ? 'No bytes have arrived.' : 'Waiting for the rest of its bytes.';
}
