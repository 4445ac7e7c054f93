import { nameKey, passwordLengthFault } from '@stowage/contract';
import { ProblemError } from '../platform/http/problem-error.js';

let known: Promise<ReadonlySet<string>> | null = null;

/** Some 49,000 passwords that everybody tries first, in lower case; read when somebody chooses one. */
function knownPasswords(): Promise<ReadonlySet<string>> {
  known ??= import('@zxcvbn-ts/language-common').then(
    ({ dictionary }) => new Set(dictionary['passwords-common'].map((word) => word.toLowerCase())),
  );
  return known;
}

/**
 * Refuses a password that somebody would guess (OWASP ASVS 5.0, 6.2): too short, known from breaches, or made of the name.
 * @throws ProblemError password-refused
 */
export async function checkNewPassword(password: string, name: string): Promise<void> {
  const length = passwordLengthFault(password);
  if (length !== null) throw new ProblemError('password-refused', length);
  if (!password.isWellFormed()) throw new ProblemError('password-refused', 'A password must be valid Unicode text.');
  const plain = nameKey(password);
  if ((await knownPasswords()).has(plain)) {
    throw new ProblemError('password-refused', 'This password is among those that are tried first; choose another.');
  }
  // Whatever is left of it is all that a guess has to find.
  for (const word of [nameKey(name), 'stowage']) {
    if ([...plain.replaceAll(word, '')].length < 4 && plain.includes(word)) {
      throw new ProblemError('password-refused', 'This password is little more than a name; choose another.');
    }
  }
}
