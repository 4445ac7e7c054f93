import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';
import { nameParts, spelledName, splitName } from './name-parts.js';

/** A name of a file or folder on one line: cut in the middle, isolated from its surroundings, with nothing invisible. */
@Component({
  selector: 'stow-name',
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { '[attr.title]': 'title()' },
  template: `<bdi class="head">
      @for (part of head(); track $index) {
        @if (part.hidden) {
          <span class="hidden-character">{{ part.text }}</span>
        } @else {
          <span>{{ part.text }}</span>
        }
      }
    </bdi>
    @if (tail().length > 0) {
      <bdi class="tail">
        @for (part of tail(); track $index) {
          @if (part.hidden) {
            <span class="hidden-character">{{ part.text }}</span>
          } @else {
            <span>{{ part.text }}</span>
          }
        }
      </bdi>
    }`,
  styleUrl: './visible-name.scss',
})
export class VisibleName {
  readonly name = input.required<string>();

  private readonly split = computed(() => splitName(this.name()));
  protected readonly head = computed(() => nameParts(this.split()[0], { start: true, end: this.split()[1] === '' }));
  protected readonly tail = computed(() => nameParts(this.split()[1], { start: false, end: true }));
  protected readonly title = computed(() => spelledName(this.name()));
}
