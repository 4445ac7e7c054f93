import { sha256 } from '../../support/random.js';
import type { Journal } from './journal.js';
import type { Remains, UploadRow } from './rows-and-bytes.js';

/** Between two moments a state of the disk was true. */
export interface Moment {
  /** What was answered up to here has to be there. */
  readonly promised: number;
  /** What was asked up to here may have happened. */
  readonly asked: number;
}

/** Holds what is left of a product against everything that had been promised by a moment. Sentences say what is wrong. */
export function brokenPromises(journal: Journal, { promised, asked }: Moment, left: Remains): string[] {
  return [
    ...[...journal.heldBy(promised)].flatMap(([id, ranges]) => {
      const cancel = journal.cancels.get(id);
      const mayBeCancelled = cancel !== undefined && cancel.askedAt <= asked;
      return uploadFaults(id, left.uploads.get(id), ranges, mayBeCancelled);
    }),
    ...[...journal.cancels].flatMap(([id, { answeredAt }]) => {
      const state = left.uploads.get(id)?.state ?? 'gone';
      if (answeredAt === null || answeredAt > promised || ['cancelled', 'gone'].includes(state)) return [];
      return [`upload ${id} was cancelled, and is ${state}`];
    }),
    ...fileFaults(journal, { promised, asked }, left),
  ];
}

function uploadFaults(
  id: string,
  row: UploadRow | undefined,
  ranges: readonly { readonly start: number; readonly end: number }[],
  mayBeCancelled: boolean,
): string[] {
  if (row === undefined) return mayBeCancelled ? [] : [`upload ${id} is gone (no row), lost the acknowledged bytes`];
  if (row.state === 'complete' || (row.state === 'cancelled' && mayBeCancelled)) return [];
  if (row.state !== 'receiving' && row.state !== 'completing')
    return [`upload ${id} is ${row.state}, and nobody asked for it`];
  return ranges
    .filter(({ start, end }) => !isCovered(row.chunks, start, end))
    .map(({ start, end }) => `upload ${id} lost the acknowledged bytes ${start} to ${end}`);
}

/** Chunks do not overlap: who sums up what they have in common with a range knows whether all of it is there. */
function isCovered(chunks: UploadRow['chunks'], from: number, to: number): boolean {
  const inside = chunks.reduce(
    (sum, { start, end }) => sum + Math.max(0, Math.min(end, to) - Math.max(start, from)),
    0,
  );
  return inside === to - from;
}

function fileFaults(journal: Journal, { promised, asked }: Moment, left: Remains): string[] {
  return journal.journalledFiles.flatMap(({ file, at, deleteAskedAt, deletedAt }) => {
    const digest = left.files.get(file.id);
    if (digest !== undefined) {
      if (deletedAt !== null && deletedAt <= promised) return [`${file.name} was deleted, and is there`];
      const content = journal.sent.get(file.name);
      return content !== undefined && sha256(content) === digest ? [] : [`${file.name} has other bytes than were sent`];
    }
    const mayBeDeleted = deleteAskedAt !== null && deleteAskedAt <= asked;
    return at <= promised && !mayBeDeleted ? [`${file.name} is gone (no row)`] : [];
  });
}
