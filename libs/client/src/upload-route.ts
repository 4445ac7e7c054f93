import type { SentFile, SentResult, SentStatus } from '@stowage/contract';
import type { Board } from './board.js';
import type { RetryOptions } from './retries.js';
import type { ChunkRequest } from './transport.js';

/** What carries one piece to the server. */
export type PieceRequest = Pick<ChunkRequest, 'method' | 'url' | 'headers' | 'body'>;

/** What is known before pieces are sent. */
export interface Prepared {
  readonly board: Board;
  /** The answer that settles the upload, when there is nothing to send. */
  readonly decisive: SentResult | null;
}

/** How one file becomes one upload of the server: which upload it is, what of it is sent, and in which requests. */
export interface UploadRoute {
  readonly board: Board | null;
  /** The server's id, once the upload is ours. */
  readonly uploadId: string | null;
  /** What a try begins with. */
  readonly first: 'checking' | 'sending';
  /** Requests at once. */
  readonly parallel: number;
  /** Bytes compared so far with what the server holds; null when there is nothing to compare. */
  readonly checked: number | null;
  /** Finds out what there is to send, for a first try or another one. */
  prepare(waiting: RetryOptions): Promise<Prepared>;
  request(index: number): PieceRequest;
  /** Hears every answer to a piece. */
  accepted(result: SentResult): void;
  /**
   * Everything was sent and the server does not make a file of it: takes its word for what it lacks, or makes it look again.
   * @returns the answer that settles the upload, if that was one
   */
  reconsider(board: Board, status: SentStatus, waiting: RetryOptions): Promise<SentResult | null>;
  /** Somebody else sends it as well: what the server holds is to be compared before more is sent, and is not ours to remove. */
  overtaken(): void;
  /** The upload is gone on the server. */
  forsake(): void;
  /**
   * Tells the server that the upload is given up. Never rejects.
   * @returns the file, when it turned out to be complete
   */
  giveUp(): Promise<SentFile | null>;
}
