import {
  FORM_FIELDS,
  type SentResult,
  type SentStatus,
  UPLOAD_URL,
  sentResultSchema,
  uploadResultSchema,
} from '@stowage/contract';
import type { AnswerSchema } from './api-call.js';
import type { ApiClient } from './api-client.js';
import type { UploadSource } from './upload-source.js';

/** An answer to a piece, whoever sent it: to members it tells more of the file. */
export type PieceResult = SentResult & { readonly grant?: string | undefined };

/** Where new uploads go, and who is asked about them. */
export interface UploadTarget {
  /** Where forms are posted. */
  readonly url: string;
  /** What the answers to forms are. */
  readonly result: AnswerSchema<PieceResult>;
  /** True when the server tells digests of what an upload holds. */
  readonly compares: boolean;
  /** Fields that forms have besides those of the file and its place. */
  fields(source: UploadSource): Readonly<Record<string, string>>;
  status(id: string, signal: AbortSignal): Promise<SentStatus>;
  cancel(id: string): Promise<void>;
  /** Id of the upload with this key; null when there is none, or nobody tells. */
  find(key: string): Promise<string | null>;
}

/** The server's own address, for those who may upload into its spaces. */
export function spacesTarget(api: ApiClient): UploadTarget {
  return {
    url: UPLOAD_URL,
    result: uploadResultSchema,
    compares: true,
    fields: ({ space, folder }) => ({
      ...(space === undefined ? {} : { [FORM_FIELDS.space]: space }),
      ...(folder === undefined ? {} : { [FORM_FIELDS.folder]: folder }),
    }),
    status: (id, signal) => api.uploadStatus(id, signal),
    cancel: (id) => api.cancelUpload(id),
    find: async (key) => (await api.listUploads({ dzuuid: key })).uploads[0]?.id ?? null,
  };
}

/**
 * The address of a file request. It lists nothing: an upload whose first answer was lost is left to expire.
 * @param sender the name of whoever sends, asked before every request; empty for none
 */
export function requestTarget(api: ApiClient, slug: string, sender: () => string): UploadTarget {
  return {
    url: api.links.formAddress(slug),
    result: sentResultSchema,
    compares: false,
    fields: () => (sender() === '' ? {} : { [FORM_FIELDS.sender]: sender() }),
    status: (id, signal) => api.links.uploadStatus(slug, id, signal),
    cancel: (id) => api.links.cancelUpload(slug, id),
    find: () => Promise.resolve(null),
  };
}
