import { MIN_SENT_KEY_LENGTH, senderSchema } from '@stowage/contract';
import { linkOwner, type KnownLink } from '../../identity/known-link.js';
import type { LimitsConfiguration } from '../../platform/config/configuration.js';
import { ProblemError } from '../../platform/http/problem-error.js';
import { extensionRefusal } from '../../spaces/policy-rules.js';
import type { UploadRequest } from '../upload.service.js';

/** What a sender says of a file, in whichever protocol. */
export type SentWish = Omit<UploadRequest, 'owner' | 'spaceId' | 'folderId' | 'conflict' | 'maxSize' | 'link'>;

/** Who sends it, and from where. */
export interface Sending {
  /** The name that they give; null for none. */
  readonly sender: string | null;
  readonly network: string;
  /** The key as the sender has chosen it; null without one. */
  readonly key: string | null;
}

/** What an upload by a request may be: never more than any other. */
export function limitsOf({ maxFileSize }: KnownLink, limits: LimitsConfiguration): LimitsConfiguration {
  return { ...limits, maxFileSize: Math.min(limits.maxFileSize, maxFileSize ?? Infinity) };
}

/**
 * Plans an upload by a file request: into its folder, under a name that is free there, so that nobody learns which are not.
 * @throws ProblemError type-not-allowed, sender-needed, invalid-field
 */
export function planOf(link: KnownLink, wish: SentWish, { sender, network, key }: Sending): UploadRequest {
  const refusal = link.allowedExtensions === null ? null : extensionRefusal(link.allowedExtensions, wish.name);
  if (refusal !== null) throw refusal;
  if (sender === null && link.askName) throw new ProblemError('sender-needed', 'Say who you are.');
  // All senders of a request own its uploads together, and the key is what tells them apart.
  if (key !== null && key.length < MIN_SENT_KEY_LENGTH) {
    throw new ProblemError('invalid-field', `A key needs ${MIN_SENT_KEY_LENGTH} characters here: nobody may guess it.`);
  }
  return {
    ...wish,
    owner: linkOwner(link.id),
    spaceId: link.space,
    folderId: link.entry === link.space ? null : link.entry,
    conflict: 'rename',
    maxSize: link.maxFileSize,
    link: { id: link.id, network, sender },
  };
}

/**
 * The name that a sender gives in a form.
 * @throws ProblemError invalid-field
 */
export function senderOf(text: string | undefined): string | null {
  if (text === undefined || text.trim() === '') return null;
  const parsed = senderSchema.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new ProblemError('invalid-field', 'The name of the sender is too long, or no plain text.');
}
