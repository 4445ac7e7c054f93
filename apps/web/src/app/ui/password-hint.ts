import { MIN_PASSWORD_LENGTH } from '@stowage/contract';

/** What to think of when choosing a password. */
export const PASSWORD_HINT = `${MIN_PASSWORD_LENGTH} characters or more; 15 or more are better. A few words in a row are easy to remember.`;
