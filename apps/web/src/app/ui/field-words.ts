import {
  MAX_ACCOUNT_NAME_LENGTH,
  MAX_PASSWORD_BYTES,
  MAX_SPACE_NAME_LENGTH,
  MIN_PASSWORD_LENGTH,
  accountNameFault,
  passwordLengthFault,
  spaceNameFault,
} from '@stowage/contract';
import { say } from '../language/say.js';

/** How many characters of a password are better than the fewest. */
const BETTER_LENGTH = 15;

/** What to think of when choosing a password. */
export function passwordHint(): string {
  return say('ui.password.hint', { least: MIN_PASSWORD_LENGTH, better: BETTER_LENGTH });
}

/** Why a password cannot be one, as far as its length tells; empty when it can. The contract decides, this says it. */
export function passwordFaultWords(password: string): string {
  if (passwordLengthFault(password) === null) return '';
  return [...password].length < MIN_PASSWORD_LENGTH
    ? say('ui.password.tooShort', { least: MIN_PASSWORD_LENGTH })
    : say('ui.password.tooLong', { most: MAX_PASSWORD_BYTES });
}

/** Why nobody can have this name; empty when somebody can. */
export function accountNameFaultWords(name: string): string {
  return accountNameFault(name) === null ? '' : nameFaultWords(name, MAX_ACCOUNT_NAME_LENGTH);
}

/** Why no space can have this name; empty when one can. */
export function spaceNameFaultWords(name: string): string {
  return spaceNameFault(name) === null ? '' : nameFaultWords(name, MAX_SPACE_NAME_LENGTH);
}

function nameFaultWords(name: string, most: number): string {
  if (name === '') return say('ui.name.empty');
  if (name.trim() !== name) return say('ui.name.blank');
  if (name.length > most) return say('ui.name.tooLong', { most });
  return name === '.' || name === '..' || !name.isWellFormed() ? say('ui.name.other') : say('ui.name.characters');
}
