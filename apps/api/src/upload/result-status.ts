import type { UploadResult } from '@stowage/contract';

/** 201: there is a file. 202: there will be. 200: the bytes are held. */
export function statusOf(result: UploadResult): number {
  if (result.file !== undefined) return 201;
  return result.upload.state === 'completing' ? 202 : 200;
}

/** How long the answer to the last bytes waits for the file; Dropzone 5.4.0 gives a request 30 s and then hangs. */
export const COMPLETION_WAIT_MS = 1_000;
