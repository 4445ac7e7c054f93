import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { Upload } from '../src/upload/entities/upload.entity.js';
import { parseConfiguration } from '../src/platform/config/configuration.js';
import { newId } from '../src/platform/database/ids.js';
import { ChunkLedger, type Progress, type RecordOptions } from '../src/upload/chunk-ledger.js';
import { UploadLedger, type UploadPlan } from '../src/upload/upload-ledger.js';

/** The ledger of a database, as Nest would make it. */
export function ledgerOf(database: DataSource): UploadLedger {
  return new UploadLedger(database.getRepository(Upload), database, configuration());
}

/** The ledger of chunks and leases of a database. */
export function chunkLedgerOf(database: DataSource): ChunkLedger {
  return new ChunkLedger(database, configuration());
}

function configuration() {
  return parseConfiguration({ DATABASE_URL: 'postgres://unused' });
}

/** Claims a range and records it, as a request does. */
export async function recorded(
  ledger: ChunkLedger,
  uploadId: string,
  start: number,
  length: number,
  options: Partial<RecordOptions> = {},
): Promise<Progress | null> {
  const token = newId();
  await ledger.claim(uploadId, token, start, start + length);
  return ledger.record(uploadId, token, [{ start, length }], {
    digest: null,
    release: true,
    endsUpload: false,
    ...options,
  });
}

/** What a client declares, for an upload of 60 bytes in chunks of 10 with a name and a key of its own. */
export function planOf(spaceId: string, plan: Partial<UploadPlan> = {}): UploadPlan {
  const key = randomUUID();
  return {
    spaceId,
    owner: 'built-in',
    clientKey: key,
    length: 60,
    chunkSize: 10,
    name: `${key}.bin`,
    path: '',
    mediaType: 'application/octet-stream',
    declaredSha256: null,
    resumable: plan.clientKey !== null,
    ...plan,
  };
}

/** Makes an upload that receives. */
export async function begun(ledger: UploadLedger, plan: UploadPlan): Promise<Upload> {
  const upload = await ledger.create(plan, null);
  if (upload === null) throw new Error('The key is taken.');
  return upload;
}
