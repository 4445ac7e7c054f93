import type { ByteRange, UploadStatus } from '@stowage/contract';

/** What the server has said that it holds, kept outside of its reach: after a crash it must still hold all of that. */
export class Acknowledgements {
  private readonly byUpload = new Map<string, ByteRange[]>();
  count = 0;

  /** Notes an answer of 2xx; only once it has been read to its end. */
  add(uploadId: string, range: ByteRange): void {
    this.count += 1;
    this.byUpload.set(uploadId, [...(this.byUpload.get(uploadId) ?? []), range]);
  }

  /** Acknowledged ranges of an upload that its status does not cover any more. */
  lost({ upload, missing }: UploadStatus): ByteRange[] {
    if (upload.state === 'complete' || upload.state === 'completing') return [];
    const ranges = this.byUpload.get(upload.id) ?? [];
    return ranges.filter(({ start, end }) => missing.some((gap) => gap.start < end && start < gap.end));
  }
}
