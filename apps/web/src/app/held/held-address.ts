import { DOCUMENT, InjectionToken, inject } from '@angular/core';
import type { LinkKind } from '@stowage/contract';

/** What an address says of the link that it is: its secret, and what it was made for. */
export interface HeldAddress {
  readonly kind: LinkKind;
  readonly slug: string;
}

/** Reads `/s/{slug}` and `/r/{slug}`. The server serves this page at no other address. */
export function heldAddress(pathname: string): HeldAddress {
  const [, letter = '', slug = ''] = pathname.split('/');
  return { kind: letter === 'r' ? 'request' : 'share', slug };
}

/** The link that this page is about. */
export const ADDRESS = new InjectionToken<HeldAddress>('ADDRESS', {
  providedIn: 'root',
  factory: () => heldAddress(inject(DOCUMENT).location.pathname),
});
