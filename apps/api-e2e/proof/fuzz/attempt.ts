import { setImmediate as turn } from 'node:timers/promises';
import { RawSocket } from '../../support/raw-socket.js';
import { answersIn, type Answers } from './answers.js';
import type { FuzzCase } from './fuzz-case.js';
import { filled, type Marks } from './marks.js';

/** What came of a case. */
export interface Outcome extends Answers {
  /** True when neither an answer nor the end of the connection came in time. */
  readonly isLate: boolean;
  /** Milliseconds from the last byte sent. */
  readonly ms: number;
}

/** No answer may be later. */
export const MOST_MS = 5_000;
/** After an answer: whether more of them come can only be told by waiting. */
const NO_MORE_MS = 2_500;

/**
 * Sends a case on a connection of its own.
 * @throws Error when nobody listens any more
 */
export async function attempt(port: number, fuzzCase: FuzzCase, marks: Marks): Promise<Outcome> {
  const serial = String(fuzzCase.index).padStart(8, '0').slice(-8);
  const bytes = filled(fuzzCase.bytes, { ...marks, serial });
  const socket = await RawSocket.open(port);
  try {
    await sendInPieces(socket, bytes, fuzzCase.cuts);
    const from = performance.now();
    if (fuzzCase.ending === 'vanish') {
      await turn();
      socket.vanish();
      return { answers: [], rest: Buffer.alloc(0), fault: null, isLate: false, ms: 0 };
    }
    if (fuzzCase.ending === 'half-close') socket.halfClose();
    return await outcomeOf(socket, bytes, fuzzCase.answers, from);
  } finally {
    socket.close();
  }
}

async function sendInPieces(socket: RawSocket, bytes: Buffer, cuts: readonly number[]): Promise<void> {
  const ends = [...cuts, bytes.length];
  for (const [index, end] of ends.entries()) {
    const sent = socket.write(bytes.subarray(cuts[index - 1] ?? 0, end));
    // A server that has refused a request need not read the rest of it.
    if (index < ends.length - 1) await Promise.race([sent, turn()]);
  }
}

async function outcomeOf(socket: RawSocket, sent: Buffer, wanted: number, from: number): Promise<Outcome> {
  const toHead = sent.subarray(0, 5).toString('latin1') === 'HEAD ';
  const count = (received: Buffer): number => answersIn(received, toHead).answers.length;
  const first = await socket.read((received) => count(received) > 0 || isGarbage(received), MOST_MS);
  const ms = performance.now() - from;
  const last =
    first.end === 'enough' && wanted > 1
      ? await socket.read((received) => count(received) >= wanted, NO_MORE_MS)
      : first;
  return { ...answersIn(last.bytes, toHead), isLate: first.end === 'late', ms };
}

function isGarbage(received: Buffer): boolean {
  return received.length >= 9 && answersIn(received, false).fault !== null;
}
