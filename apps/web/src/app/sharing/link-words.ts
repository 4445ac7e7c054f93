import type { Link, LinkAccess, LinkState } from '@stowage/contract';
import { say } from '../language/say.js';
import { byteSize } from '../ui/byte-size.js';
import type { IconName } from '../ui/icon.js';
import { localDateTime } from '../ui/time-span.js';

const ICONS: Readonly<Record<LinkState, IconName>> = {
  valid: 'check',
  revoked: 'minus',
  expired: 'clock',
  'used-up': 'minus',
  'target-gone': 'alert',
};

/** Word and picture of how a link is: never by colour alone. */
export function linkLook(state: LinkState): { readonly text: string; readonly icon: IconName } {
  return { text: say(`sharing.state.${state}`), icon: ICONS[state] };
}

/** What a link is called: its title, or what it leads to. */
export function linkName({ title, entryName }: Pick<Link, 'title' | 'entryName'>): string {
  if (title !== '') return title;
  return entryName ?? say('sharing.list.gone');
}

/** What a link lets its holder do, and how often it was used, each in a few words. */
export function linkFacts(link: Link): readonly string[] {
  const facts = [link.kind === 'share' ? downloadWords(link) : uploadWords(link)];
  if (link.hasPassword) facts.push(say('sharing.facts.password'));
  if (link.maxFileSize !== null) facts.push(say('sharing.facts.size', { size: byteSize(link.maxFileSize) }));
  if (link.allowedExtensions !== null)
    facts.push(say('sharing.facts.types', { types: link.allowedExtensions.join(', ') }));
  if (link.askName) facts.push(say('sharing.facts.askName'));
  facts.push(endWords(link));
  return facts;
}

/** What somebody has done with a link, in a sentence. */
export function accessWords({ action, name, sender }: LinkAccess): string {
  if (action === 'downloaded') return say('sharing.access.downloaded', { name: name ?? '' });
  if (action === 'uploaded' && sender !== null) return say('sharing.access.uploadedBy', { name: name ?? '', sender });
  if (action === 'uploaded') return say('sharing.access.uploaded', { name: name ?? '' });
  return say(action === 'opened' ? 'sharing.access.opened' : 'sharing.access.wrong');
}

/** The whole address of a link: a server that was not told its own gives it without an origin. */
export function linkAddress({ url }: Pick<Link, 'url'>, base: string): string {
  return new URL(url, base).href;
}

function downloadWords({ downloads, maxDownloads }: Link): string {
  if (maxDownloads === null) return say('sharing.facts.downloads', { count: downloads });
  return say('sharing.facts.downloadsOf', { done: downloads, count: maxDownloads });
}

function uploadWords({ uploads, maxUploads }: Link): string {
  if (maxUploads === null) return say('sharing.facts.uploads', { count: uploads });
  return say('sharing.facts.uploadsOf', { done: uploads, count: maxUploads });
}

function endWords({ expiresAt, revokedAt }: Link): string {
  if (revokedAt !== null) return say('sharing.facts.revoked', { time: localDateTime(revokedAt) });
  if (expiresAt === null) return say('sharing.facts.forever');
  const time = localDateTime(expiresAt);
  return say(new Date(expiresAt) > new Date() ? 'sharing.facts.expires' : 'sharing.facts.expired', { time });
}
