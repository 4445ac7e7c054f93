import { Injectable, signal } from '@angular/core';
import { type RouterStateSnapshot, TitleStrategy } from '@angular/router';

/** Which page is shown, in words; empty for the first one. The tab's title is made of it in `TabStatus`. */
@Injectable({ providedIn: 'root' })
export class PageTitle extends TitleStrategy {
  readonly #name = signal('');
  readonly name = this.#name.asReadonly();

  override updateTitle(snapshot: RouterStateSnapshot): void {
    this.#name.set(this.buildTitle(snapshot) ?? '');
  }
}
