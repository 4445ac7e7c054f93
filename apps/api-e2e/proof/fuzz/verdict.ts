import { problemSchema } from '@stowage/contract';
import type { Answer } from '../../support/http.js';
import { MOST_MS, type Outcome } from './attempt.js';

/** Problems of the server that a request may meet, and why. */
const ALLOWED: Readonly<Record<string, string>> = {
  overloaded: 'more is asked at once than the server does at once',
  'chunk-busy': 'two requests write the same bytes',
  'storage-full': 'what is announced is more than the disk has',
};

/** What is wrong with what came of a case; null when nothing is. */
export function faultOf({ answers, rest, fault, isLate, ms }: Outcome): string | null {
  if (isLate) return `no answer and no end within ${MOST_MS} ms`;
  if (ms > MOST_MS) return `the answer came after ${Math.round(ms)} ms`;
  if (fault !== null) return `no HTTP: ${fault}`;
  // An answer may be cut off with its connection, but never begin with something else.
  if (rest.length > 0 && !rest.subarray(0, 5).equals(Buffer.from('HTTP/').subarray(0, rest.length)))
    return 'bytes after the answer';
  for (const answer of answers) {
    const wrong = wrongIn(answer);
    if (wrong !== null) return wrong;
  }
  return null;
}

function wrongIn(answer: Answer): string | null {
  const { status, body } = answer;
  if (status < 400 || body.length === 0) return status >= 500 ? `${status} without a reason` : null;
  let code: string;
  try {
    const problem = answer.as(problemSchema);
    code = problem.code;
    if (problem.status !== status || !/\S/u.test(problem.title))
      return `${status} with a problem that says ${problem.status}`;
  } catch {
    return `${status} that is no problem: ${answer.type} ${answer.text.slice(0, 200)}`;
  }
  return status >= 500 && !(code in ALLOWED) ? `${status} ${code}` : null;
}

/** `200`, `404 not-found` or what else came: for counts. */
export function kindOf({ answers }: Outcome): string {
  const [answer] = answers;
  if (answer === undefined) return 'closed';
  return String(answer.status);
}
