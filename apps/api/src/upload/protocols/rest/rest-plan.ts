import { createHash } from 'node:crypto';
import type { CreateUpload } from '@stowage/contract';
import type { LimitsConfiguration } from '../../../platform/config/configuration.js';
import { ProblemError } from '../../../platform/http/problem-error.js';
import { uploadPlace } from '../../upload-place.js';
import type { UploadRequest } from '../../upload.service.js';

/**
 * What a client asks for, checked against the limits.
 * @param place whose it is, and the space and folder it goes into
 * @param key of the client's own; null for none
 * @throws ProblemError invalid-name, invalid-path, file-too-large, chunk-too-large, too-many-chunks
 */
export function uploadRequest(
  wanted: CreateUpload,
  place: Pick<UploadRequest, 'owner' | 'spaceId' | 'folderId'>,
  key: string | null,
  limits: LimitsConfiguration,
): UploadRequest {
  const { length, chunkSize = null, mediaType, conflict } = wanted;
  const { owner, spaceId, folderId = null } = place;
  const { name, path } = uploadPlace(wanted.name, wanted.path);
  if (length !== null && length > limits.maxFileSize) {
    throw new ProblemError('file-too-large', `A file can have ${limits.maxFileSize} bytes at most.`);
  }
  if (chunkSize !== null && chunkSize > limits.maxChunkSize) {
    throw new ProblemError('chunk-too-large', `A chunk can have ${limits.maxChunkSize} bytes at most.`);
  }
  if (chunkSize !== null && (length ?? 0) > chunkSize * limits.maxChunks) {
    throw new ProblemError('too-many-chunks', `A file can have ${limits.maxChunks} chunks at most: send larger ones.`);
  }
  const declaredSha256 = wanted.sha256?.toLowerCase() ?? null;
  const folder = folderId === null ? {} : { folderId };
  const facts = { spaceId, ...folder, name, path, length, chunkSize, mediaType, declaredSha256, resumable: true };
  const plan = { ...facts, ...(conflict === undefined ? {} : { conflict }), owner };
  if (key === null) return { ...plan, clientKey: null };
  // The fingerprint of who says nothing of a conflict is that of who says what was once meant by it.
  const fingerprint = fingerprintOf({ ...facts, conflict: conflict ?? 'reject' });
  return { ...plan, clientKey: restKey(key), fingerprint };
}

/** A client's own key as uploads have it: a slash is in no key of Dropzone's, so the two are never taken for each other. */
export function restKey(key: string): string {
  return `rest/${key}`;
}

function fingerprintOf(facts: object): string {
  return createHash('sha256')
    .update(JSON.stringify(Object.entries(facts).sort(([a], [b]) => (a < b ? -1 : 1))))
    .digest('base64url');
}
