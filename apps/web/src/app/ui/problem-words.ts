import type { ProblemError } from '@stowage/client';

const OPERATOR = 'Ask whoever runs this server to look at its log, then retry.';

// What a person can do. Problems that are not listed have nothing to add to what the server says.
const ADVICE: Readonly<Record<string, string>> = {
  'name-taken': 'Rename your file, or delete the one that is there, then retry.',
  'different-file': 'Upload it as a new file, or cancel.',
  'path-not-a-folder': 'Rename the folder, then add it again.',
  'invalid-name': 'Rename the file, then add it again.',
  'invalid-path': 'Rename the folder, then add it again.',
  'quota-exceeded': 'Delete files or remove unfinished uploads, then retry.',
  'too-many-uploads': 'Remove unfinished uploads, then retry.',
  'storage-full': 'Free some space on the server, then retry.',
  'storage-failed': OPERATOR,
  'database-unavailable': OPERATOR,
  internal: OPERATOR,
  unauthorized: 'Sign in, then retry.',
  'origin-not-allowed': 'Open this page under the address of the server itself.',
  'host-not-allowed': 'Open this page as http://localhost.',
};

/**
 * What a problem means beyond its title, and what to do about it, in sentences.
 * @param over false while it may pass by itself, when there is nothing to do yet
 */
export function explain(problem: ProblemError, over = true): string {
  const sentences: string[] = [];
  if (bare(problem.detail) !== bare(problem.title)) sentences.push(`${bare(problem.detail)}.`);
  const advice = ADVICE[problem.code];
  if (over && advice !== undefined) sentences.push(advice);
  return sentences.join(' ');
}

function bare(sentence: string): string {
  return sentence.trim().replace(/\.$/u, '');
}
