import { uploadResultSchema, uploadStatusSchema, type StoredFile, type UploadResult } from '@stowage/contract';
import type { Answer } from './http.js';
import type { Asker } from './spaces.js';
import { until } from './until.js';

/** The file of an upload whose last bytes got this answer; waits for it where the answer came first. */
export async function storedFile(asker: Asker, answer: Answer): Promise<StoredFile> {
  let result: UploadResult = answer.as(uploadResultSchema);
  await until('the upload is complete', async () => {
    if (!result.complete) result = (await asker.send(`/api/uploads/${result.upload.id}`)).as(uploadStatusSchema);
    return result.complete;
  });
  if (result.file === undefined) throw new Error(`The file of ${result.upload.id} is gone already.`);
  return result.file;
}
