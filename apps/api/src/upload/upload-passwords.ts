import { Injectable } from '@nestjs/common';
import { FORM_FIELDS, UPLOAD_PASSWORD_HEADER } from '@stowage/contract';
import type { Request } from 'express';
import { UploadPasswordLedger } from '../entries/upload-password-ledger.js';
import { ShownPasswords } from '../identity/shown-passwords.js';
import { ProblemError } from '../platform/http/problem-error.js';
import type { UploadPlan } from './upload-ledger.js';

/** Where an upload is to go. */
export type UploadGoal = Pick<UploadPlan, 'spaceId' | 'folderId' | 'path'>;

/** The passwords that spaces and folders want for uploads into them: shown when an upload begins, and not again. */
@Injectable()
export class UploadPasswords {
  constructor(
    private readonly ledger: UploadPasswordLedger,
    private readonly passwords: ShownPasswords,
  ) {}

  /**
   * Looks whether the password of where an upload goes was shown, if there is one.
   * @param fields of a form; null for a request of another kind
   * @throws ProblemError upload-password-needed, upload-password-wrong, too-many-attempts, overloaded
   */
  async check(goal: UploadGoal, request: Request, fields: ReadonlyMap<string, string> | null = null): Promise<void> {
    const { spaceId, folderId = null, path } = goal;
    const folders = path === '' ? [] : path.split('/');
    const lock = await this.ledger.lockOf({ spaceId, folderId, folders });
    if (lock === null) return;
    // Which of the folders it is, in words of whoever asks: they may not see its id, nor what else there is.
    const folder = folders.slice(0, lock.depth).join('/');
    const shown = fields?.get(FORM_FIELDS.password) ?? headerOf(request);
    if (shown === null || shown === '') {
      throw new ProblemError(
        'upload-password-needed',
        `Show it as the header ${UPLOAD_PASSWORD_HEADER}, or in a form as the field ${FORM_FIELDS.password}.`,
        { folder },
      );
    }
    const { id, passwordHash } = lock;
    if (await this.passwords.isRight({ kind: 'upload', id, passwordHash }, shown, request.ip ?? '')) return;
    throw new ProblemError('upload-password-wrong', 'Ask whoever manages the space.', { folder });
  }
}

/** The bytes of a header are UTF-8 here; Node takes each for a character of its own. */
function headerOf(request: Request): string | null {
  const text = request.get(UPLOAD_PASSWORD_HEADER);
  if (text === undefined) return null;
  const decoded = Buffer.from(text, 'latin1').toString('utf8');
  return decoded.includes('\uFFFD') ? text : decoded;
}
