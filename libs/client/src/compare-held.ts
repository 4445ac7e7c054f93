import { type SentStatus, nameKey } from '@stowage/contract';
import { type ProblemError, clientProblem } from './problem-error.js';
import { type RetryOptions, withRetries } from './retries.js';
import type { UploadContext } from './upload-context.js';
import { type UploadSource, assertReadable } from './upload-source.js';
import { windowDigest } from './window-digest.js';

const UNCHANGED = 'Nothing was changed on the server.';

/** Throws `different-file` when the name or the size of a file says that it is not the rest of an upload. */
export function assertSameFacts(source: UploadSource, { upload, missing, missingTruncated }: SentStatus): void {
  if (nameKey(source.name) !== nameKey(upload.name)) {
    throw differentFile(`The unfinished upload has the name “${upload.name}”. ${UNCHANGED}`);
  }
  const end = missingTruncated ? 0 : missing.reduce((sum, gap) => sum + gap.end - gap.start, upload.received);
  const { size } = source.content;
  if (upload.length === null ? size >= end : size === upload.length) return;
  const wanted = upload.length === null ? `at least ${end}` : upload.length;
  throw differentFile(`The unfinished upload has ${wanted} bytes, this file has ${size}. ${UNCHANGED}`);
}

/**
 * Compares everything that an upload holds with the same places of a file, a window at a time.
 * @param held bytes that the server says it holds
 * @param onCompared told how many bytes are alike so far
 * @throws ProblemError different-file, source-changed, or the refusal of an upload that has ended meanwhile
 */
export async function compareHeld(
  source: UploadSource,
  uploadId: string,
  held: number,
  context: UploadContext,
  waiting: RetryOptions,
  onCompared: (bytes: number) => void,
): Promise<void> {
  let compared = 0;
  for (let from: number | null = 0; from !== null;) {
    const at: number = from;
    const page = await withRetries(() => context.api.uploadDigests(uploadId, at, waiting.signal), context, waiting);
    for (const { start, end, sha256 } of page.digests) {
      const slice = source.content.slice(start, end);
      if (slice.size !== end - start || (await digestOf(slice)) !== sha256) throw otherBytes();
      waiting.signal.throwIfAborted();
      compared += end - start;
      onCompared(compared);
    }
    from = page.next;
  }
  // Nothing is trusted that was not compared.
  if (compared < held) throw clientProblem('unexpected-answer', 'The server did not say what it holds of this file.');
}

async function digestOf(slice: Blob): Promise<string> {
  try {
    return await windowDigest(slice);
  } catch (error) {
    await assertReadable(slice);
    throw error;
  }
}

function otherBytes(): ProblemError {
  return differentFile(
    `This is another file of the same name and size: its bytes are not those on the server. ${UNCHANGED}`,
  );
}

function differentFile(detail: string): ProblemError {
  return clientProblem('different-file', detail);
}
