import { Injectable, computed, signal } from '@angular/core';
import { type RouterStateSnapshot, TitleStrategy } from '@angular/router';
import type { Key, Values } from '../language/keys.js';
import { say } from '../language/say.js';

/** A name of a page that needs nothing put into it. */
type TitleKey = { [K in Key]: Values<K> extends [] ? K : never }[Key];

/** The title of a route, whose words are looked up when it is shown. */
export function pageTitle(key: TitleKey): string {
  return key;
}

/** Which page is shown, in words; empty for the first one. The tab's title is made of it in `TabStatus`. */
@Injectable({ providedIn: 'root' })
export class PageTitle extends TitleStrategy {
  readonly #key = signal<TitleKey | ''>('');
  readonly name = computed(() => {
    const key = this.#key();
    return key === '' ? '' : say(key);
  });

  override updateTitle(snapshot: RouterStateSnapshot): void {
    // Routes have nothing but what `pageTitle` gave them.
    this.#key.set((this.buildTitle(snapshot) ?? '') as TitleKey | '');
  }
}
