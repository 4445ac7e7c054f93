import { Pipe, type PipeTransform } from '@angular/core';
import type { Key, Values } from './keys.js';
import { say } from './say.js';

/** {@link say} for templates, e.g. `{{ 'upload.row.cancel' | words: { name: label() } }}`. */
// A pure one would be asked again only when its key changes, and not when the language does.
@Pipe({ name: 'words', pure: false })
export class Words implements PipeTransform {
  transform<K extends Key>(key: K, ...values: Values<K>): string {
    return say(key, ...values);
  }
}
