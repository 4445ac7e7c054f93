import type { Upload as UploadView, UploadSummary } from '@stowage/contract';
import type { Upload } from './entities/upload.entity.js';

/** What every answer says of an upload. */
export function toUpload(upload: Pick<Upload, 'id' | 'state' | 'length' | 'received' | 'reason'>): UploadView {
  return {
    id: upload.id,
    state: upload.state,
    length: upload.length,
    received: upload.received,
    ...(upload.reason === null ? {} : { reason: upload.reason }),
  };
}

/**
 * What lists say of it.
 * @param active true while a request writes to it
 * @param names of accounts, by id
 */
export function toSummary(upload: Upload, active: boolean, names: ReadonlyMap<string, string>): UploadSummary {
  const { owner, length, received } = upload;
  const name = names.get(owner);
  return {
    ...toUpload(upload),
    name: upload.name,
    owner: name === undefined ? null : { id: owner, name },
    missing: length === null ? null : length - received,
    space: upload.spaceId,
    folder: upload.folderId ?? upload.spaceId,
    path: upload.path,
    chunkSize: upload.chunkSize,
    conflict: upload.conflict,
    createdAt: upload.createdAt.toISOString(),
    updatedAt: upload.updatedAt.toISOString(),
    expiresAt: upload.expiresAt?.toISOString() ?? null,
    active,
  };
}
