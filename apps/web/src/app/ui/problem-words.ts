import { CLIENT_PROBLEMS, type ClientProblemCode, type ProblemError } from '@stowage/client';
import { type ProblemCode, isProblemCode } from '@stowage/contract';
import { language } from '../language/spoken.js';
import { say } from '../language/say.js';

/** What the words of a problem are made from. */
export type ProblemFacts = Pick<ProblemError, 'code' | 'title' | 'detail'>;

/** The language of what the server says itself. */
const SERVER_SPEAKS = 'en';

// What a person can do. Problems that are not listed have nothing to add to what happened.
const ADVISED = [
  'name-taken',
  'different-file',
  'path-not-a-folder',
  'invalid-name',
  'invalid-path',
  'quota-exceeded',
  'too-many-uploads',
  'storage-full',
  'storage-failed',
  'database-unavailable',
  'internal',
  'unauthorized',
  'origin-not-allowed',
  'host-not-allowed',
] as const;

/** What kind of problem it is, short, without a full stop. One that is newer than this page says it in its own words. */
export function titleOf({ code, title }: ProblemFacts): string {
  if (language() === SERVER_SPEAKS || !isKnown(code)) return title;
  return say(`problems.titles.${code}`);
}

/**
 * What happened, as a sentence. The server knows more than the kind of problem, such as names and sizes, and says it in
 * its language; to those who read another one the page says the kind.
 */
export function sentenceOf(problem: ProblemFacts): string {
  if (language() === SERVER_SPEAKS || !isKnown(problem.code)) return problem.detail;
  return `${titleOf(problem)}.`;
}

/**
 * What a problem means beyond its title, and what to do about it, in sentences.
 * @param over false while it may pass by itself, when there is nothing to do yet
 */
export function explain(problem: ProblemFacts, over = true): string {
  const happened = bare(sentenceOf(problem));
  const beyond = happened === bare(titleOf(problem)) ? '' : `${happened}.`;
  return joined(beyond, over ? adviceOf(problem) : '');
}

/** The same where no title stands before it. */
export function tell(problem: ProblemFacts): string {
  return joined(`${bare(sentenceOf(problem))}.`, adviceOf(problem));
}

function adviceOf({ code }: ProblemFacts): string {
  const advised = ADVISED.find((known) => known === code);
  return advised === undefined ? '' : say(`problems.advice.${advised}`);
}

function joined(...sentences: readonly string[]): string {
  return sentences.filter((sentence) => sentence !== '').join(' ');
}

function isKnown(code: string): code is ProblemCode | ClientProblemCode {
  return isProblemCode(code) || Object.hasOwn(CLIENT_PROBLEMS, code);
}

function bare(sentence: string): string {
  return sentence.trim().replace(/\.$/u, '');
}
