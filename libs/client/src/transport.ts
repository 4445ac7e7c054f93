/** One chunk on its way. */
export interface ChunkRequest {
  readonly method: 'POST' | 'PUT';
  readonly url: string;
  /** A form whose last part is the chunk, or the chunk as it is. */
  readonly body: FormData | Blob;
  /** Bytes of the chunk, without what a form adds. */
  readonly chunkLength: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly credentials: 'same-origin' | 'include';
  readonly signal: AbortSignal;
  /** Told how many bytes of the chunk have left so far; they are not acknowledged yet. */
  readonly onProgress: (sent: number) => void;
}

/** What came back, whatever its status. */
export interface TransportAnswer {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly body: string;
}

/**
 * Sends chunks. `send` rejects with the problem `network` when no answer came, and with the signal's reason when aborted;
 * every status is an answer.
 */
export interface Transport {
  /** True when `onProgress` is called while the body is being sent. */
  readonly reportsProgress: boolean;
  send(request: ChunkRequest): Promise<TransportAnswer>;
}
