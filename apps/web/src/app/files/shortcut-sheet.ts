import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import { say } from '../language/say.js';
import { Words } from '../language/words.js';
import { FileQuestions, type ShortcutSheet as Sheet } from './file-questions.js';
import { ModalDialog } from './modal-dialog.js';
import { Shortcuts } from './shortcuts.js';

/** The keys that work, and the switch for those of a single character. */
@Component({
  selector: 'stow-shortcut-sheet',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [ModalDialog, Words],
  template: `
    <stow-modal-dialog [name]="'files.keys.title' | words" (leave)="questions.end(question())">
      @for (group of groups(); track group.title) {
        <h3>{{ group.title }}</h3>
        <dl>
          @for (row of group.rows; track row.words) {
            <div>
              <dt>
                @for (key of row.keys; track key) {
                  <kbd>{{ key }}</kbd>
                }
              </dt>
              <dd>{{ row.words }}</dd>
            </div>
          }
        </dl>
      }
      <label class="switch">
        <input #single type="checkbox" [checked]="shortcuts.single()" (change)="shortcuts.turn(single.checked)" />
        {{ 'files.keys.single' | words }}
      </label>
      <div class="dialog-actions">
        <button type="button" class="button" data-first (click)="questions.end(question())">
          {{ 'files.keys.close' | words }}
        </button>
      </div>
    </stow-modal-dialog>
  `,
  styleUrl: './shortcut-sheet.scss',
})
export class ShortcutSheet {
  protected readonly questions = inject(FileQuestions);
  protected readonly shortcuts = inject(Shortcuts);
  readonly question = input.required<Sheet>();

  protected readonly groups = computed(() => {
    const control = say('files.keys.control');
    const shift = say('files.keys.shift');
    return [
      {
        title: say('files.keys.anywhere'),
        rows: [
          { keys: ['n'], words: say('files.keys.newFolder') },
          { keys: ['u'], words: say('files.keys.upload') },
          { keys: [shift, 'u'], words: say('files.keys.uploadFolder') },
          { keys: [control, 'Z'], words: say('files.keys.undo') },
          { keys: ['?'], words: say('files.keys.sheet') },
        ],
      },
      {
        title: say('files.keys.inList'),
        rows: [
          { keys: ['↑', '↓', '←', '→'], words: say('files.keys.move') },
          { keys: ['Enter'], words: say('files.keys.open') },
          { keys: [say('files.keys.space')], words: say('files.keys.choose') },
          { keys: [shift, '↑', '↓'], words: say('files.keys.range') },
          { keys: [control, 'A'], words: say('files.keys.all') },
          { keys: ['Esc'], words: say('files.keys.none') },
          { keys: ['F2'], words: say('files.keys.rename') },
          { keys: ['m'], words: say('files.keys.moveTo') },
          { keys: ['i'], words: say('files.keys.details') },
          { keys: [say('files.keys.delete')], words: say('files.keys.trash') },
        ],
      },
    ];
  });
}
