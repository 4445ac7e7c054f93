import type { ByteRange, UploadStatus } from '@stowage/contract';

/** What the server says it lacks. */
export type Lacking = Pick<UploadStatus, 'missing' | 'missingTruncated'> & {
  readonly upload: Pick<UploadStatus['upload'], 'received' | 'length'>;
};

/** The pieces in which an upload is sent: which are wanted, on their way, and acknowledged. Reading it costs nothing. */
export interface Board {
  /** Bytes the server said it holds. */
  readonly acknowledged: number;
  /** Bytes that have left for the server and are not acknowledged yet. */
  readonly inFlight: number;
  /** Most bytes that the server can hold if nobody else sends: what it had, and every piece that was ever on its way. */
  readonly atMost: number;
  /** Pieces not acknowledged yet. */
  readonly remaining: number;
  /** Takes the next piece that nobody has taken; null when there is none. */
  take(): number | null;
  /** Where a piece that was taken lies in the file. */
  range(index: number): ByteRange;
  /** Notes how many bytes of a taken piece have left. */
  progress(index: number, sent: number): void;
  /** Notes that the server holds a piece. */
  acknowledge(index: number): void;
  /** Begins again with what is not acknowledged; nothing may be on its way. */
  rewind(): void;
  /** Takes the server's word for what it lacks, and begins again with that. */
  trust(status: Lacking): void;
}
