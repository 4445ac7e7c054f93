import type { ProblemError } from './problem-error.js';
import type { UploadSource } from './upload-source.js';

/** Passwords of folders that want one for every upload. */
export interface UploadPasswords {
  /** The one for where a file goes; null while none is known. */
  of(source: UploadSource): string | null;
  /**
   * Asked when the server wants one, or another. Many uploads may ask at once; they should share one answer.
   * @param shown what was refused; null for none
   * @returns true once there is another one to try, false to let the upload fail
   */
  renew(source: UploadSource, shown: string | null, problem: ProblemError): Promise<boolean>;
}

/** True for the refusal of an upload that somebody can mend by saying the password of its folder. */
export function wantsUploadPassword({ code }: Pick<ProblemError, 'code'>): boolean {
  return code === 'upload-password-needed' || code === 'upload-password-wrong';
}
