/** One chunk on its way: a form whose last part is the chunk. */
export interface ChunkRequest {
  readonly url: string;
  readonly form: FormData;
  /** Bytes of the chunk, without what the form adds. */
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
 * Sends forms. `send` rejects with the problem `network` when no answer came, and with the signal's reason when aborted;
 * every status is an answer.
 */
export interface Transport {
  /** True when `onProgress` is called while the body is being sent. */
  readonly reportsProgress: boolean;
  send(request: ChunkRequest): Promise<TransportAnswer>;
}
