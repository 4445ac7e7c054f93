import { FORM_FIELDS } from '@stowage/contract';
import { type ChunkPlan, chunkRange } from './plan-chunks.js';
import { type UploadSource, wirePath } from './upload-source.js';

/** Name of the part that carries the bytes. */
const FILE_PART = 'file';

/** The bytes of a chunk; nothing is read yet. */
export function chunkSlice(source: UploadSource, plan: ChunkPlan, index: number): Blob {
  const { start, end } = chunkRange(plan, index);
  return source.content.slice(start, end, source.content.type);
}

/**
 * The form of one chunk: Dropzone's fields in Dropzone's order, then name, folder and what else there is, the bytes last,
 * so that a server knows all about them before the first one arrives.
 */
export function chunkForm(
  key: string,
  source: UploadSource,
  plan: ChunkPlan,
  index: number,
  more: Readonly<Record<string, string>> = {},
): FormData {
  const form = new FormData();
  form.append(FORM_FIELDS.uuid, key);
  form.append(FORM_FIELDS.chunkIndex, String(index));
  form.append(FORM_FIELDS.totalFileSize, String(plan.length));
  form.append(FORM_FIELDS.chunkSize, String(plan.chunkSize));
  form.append(FORM_FIELDS.totalChunkCount, String(plan.count));
  form.append(FORM_FIELDS.chunkByteOffset, String(chunkRange(plan, index).start));
  form.append(FORM_FIELDS.name, source.name);
  form.append(FORM_FIELDS.path, wirePath(source));
  for (const [name, value] of Object.entries(more)) form.append(name, value);
  form.append(FILE_PART, chunkSlice(source, plan, index), source.name);
  return form;
}
