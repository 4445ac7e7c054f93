/** Names of the form fields of `POST /upload`, in the order in which Dropzone sends its own. */
export const FORM_FIELDS = {
  /** The client's key of the upload; see {@link UUID_FIELD_PATTERN}. */
  uuid: 'dzuuid',
  chunkIndex: 'dzchunkindex',
  totalFileSize: 'dztotalfilesize',
  chunkSize: 'dzchunksize',
  totalChunkCount: 'dztotalchunkcount',
  chunkByteOffset: 'dzchunkbyteoffset',
  /** Folder, `/`-separated, no leading slash. */
  path: 'path',
  /** Id of the space that the file is to be in; without it, one's own. */
  space: 'space',
  /** Id of the folder that `path` begins in; without it, the root of the space. */
  folder: 'folder',
  /** Password of the folder or space, where uploads want one. */
  password: 'password',
  /** Name of whoever sends it, to a file request. */
  sender: 'sender',
  /** Expected SHA-256 of the whole file, hex. */
  sha256: 'sha256',
  /** Wins over the file part's `filename`, which cannot carry every name (a literal `%22` and a quote look alike). */
  name: 'name',
} as const;

/** Pattern of a `dzuuid`: it is never used as a path, and a text that looks like one is refused all the same. */
export const UUID_FIELD_PATTERN = /^(?!\.{1,2}$)[A-Za-z0-9._~:@+=,-]{1,128}$/u;

/** Where forms are posted. */
export const UPLOAD_URL = '/upload';
