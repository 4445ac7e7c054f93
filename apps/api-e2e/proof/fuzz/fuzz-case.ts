import { BODY_CHANGES } from './body-changes.js';
import { BYTE_CHANGES } from './byte-changes.js';
import { Draws } from './draws.js';
import { FRAMINGS } from './framing.js';
import { HEADER_CHANGES } from './header-changes.js';
import { bytesOf, withLength, type FuzzRequest } from './request.js';
import type { Seed } from './seeds.js';
import { TARGET_CHANGES } from './target-changes.js';

/** What the client does once everything is sent: reads on, says that nothing more comes, or vanishes. */
export type Ending = 'wait' | 'half-close' | 'vanish';

/** What is sent on one connection, and how; words of marks.ts stand for what only a server knows. */
export interface FuzzCase {
  readonly index: number;
  /** Where it comes from, and what was done to it. */
  readonly origin: string;
  readonly bytes: Buffer;
  /** Where it is cut into pieces that go one after the other. */
  readonly cuts: readonly number[];
  readonly ending: Ending;
  /** Answers that end it. */
  readonly answers: number;
}

const CHANGES = [...HEADER_CHANGES, ...TARGET_CHANGES, ...BODY_CHANGES, ...BODY_CHANGES];

/** Makes the case of an index: the same for the same seed of the run, whatever other cases there are. */
export function caseOf(index: number, seeds: readonly Seed[]): FuzzCase {
  const draws = new Draws(`fuzz ${index}`);
  const steps: string[] = [];
  const bytes = changedBytes(draws, seeds, steps);
  const pipelined = draws.percent(5) ? Array.from({ length: 1 + draws.below(3) }, () => draws.one(seeds)) : [];
  const kept = pipelined.length === 0 ? bytes : keepAlive(bytes);
  const others = pipelined.map(({ request }, at) =>
    at < pipelined.length - 1 ? keepAlive(bytesOf(request)) : bytesOf(request),
  );
  const whole = Buffer.concat([kept, ...others]);
  return {
    index,
    origin: [...steps, ...pipelined.map(({ name }) => `then ${name}`)].join(', '),
    bytes: whole,
    cuts: cutsOf(whole.length, draws),
    ending: endingOf(steps, draws),
    answers: 1 + pipelined.length,
  };
}

function changedBytes(draws: Draws, seeds: readonly Seed[], steps: string[]): Buffer {
  const { name, request } = draws.one(seeds);
  steps.push(name);
  // Some as they are: the server is to be in a state that changes.
  if (draws.percent(6)) return bytesOf(request);
  const other = changedRequest(request, draws, steps);
  const framed = draws.percent(15)
    ? step(draws, FRAMINGS, steps)(other, draws)
    : bytesOf(draws.percent(90) ? withLength(other) : other);
  if (steps.length > 1 && !draws.percent(25)) return framed;
  return step(draws, BYTE_CHANGES, steps)(framed, draws, () => bytesOf(draws.one(seeds).request));
}

function changedRequest(request: FuzzRequest, draws: Draws, steps: string[]): FuzzRequest {
  let other = request;
  for (let left = draws.below(4); left > 0; left--) {
    if (other.headers.length > 0) other = step(draws, CHANGES, steps)(other, draws);
  }
  return other;
}

function step<T>(draws: Draws, choices: readonly (readonly [name: string, act: T])[], steps: string[]): T {
  const [name, act] = draws.one(choices);
  steps.push(name);
  return act;
}

function keepAlive(bytes: Buffer): Buffer {
  return Buffer.from(bytes.toString('latin1').replace('Connection: close', 'Connection: keep-alive'), 'latin1');
}

function cutsOf(length: number, draws: Draws): number[] {
  if (!draws.percent(15)) return [];
  return Array.from({ length: 1 + draws.below(4) }, () => draws.below(length)).sort((a, b) => a - b);
}

/** Whoever waits after too few bytes is answered only when the server has lost patience: seldom, or it takes all the time. */
function endingOf(steps: readonly string[], draws: Draws): Ending {
  const isShort = steps.some((name) =>
    ['truncated', 'length', 'two framings', 'in chunks', 'bytes cut', 'spliced'].includes(name),
  );
  const at = draws.below(100);
  if (at < (isShort ? 30 : 4)) return 'vanish';
  return at < (isShort ? 85 : 8) ? 'half-close' : 'wait';
}
