import { ChangeDetectionStrategy, Component, computed, inject, input, signal } from '@angular/core';
import type { ProblemError } from '@stowage/client';
import { nameFault } from '@stowage/contract';
import { say } from '../language/say.js';
import { Words } from '../language/words.js';
import { explain } from '../ui/problem-words.js';
import { FileQuestions, type NameQuestion } from './file-questions.js';
import { ModalDialog } from './modal-dialog.js';

/** Asks for the name of a new folder, or another one of an entry, until it is taken. */
@Component({
  selector: 'stow-name-dialog',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [ModalDialog, Words],
  template: `
    <stow-modal-dialog
      [name]="(question().entry === null ? 'files.name.newFolder' : 'files.name.rename') | words"
      (leave)="questions.end(question())"
    >
      <form class="form" (submit)="submit($event, field.value)">
        <div class="field">
          <label for="entry-name">{{ 'files.name.name' | words }}</label>
          <input
            #field
            id="entry-name"
            name="name"
            autocomplete="off"
            spellcheck="false"
            data-first
            [value]="question().entry?.name ?? ''"
            [attr.aria-invalid]="fault() !== ''"
            [attr.aria-describedby]="fault() === '' ? null : 'entry-name-fault'"
            (focus)="choose(field)"
            (input)="problem.set(null); own.set('')"
          />
          @if (fault() !== '') {
            <p id="entry-name-fault" class="field-fault" role="alert">{{ fault() }}</p>
          }
        </div>
        <div class="dialog-actions">
          <button type="button" class="button" (click)="questions.end(question())">
            {{ 'files.dialog.cancel' | words }}
          </button>
          <button type="submit" class="button primary" [attr.aria-busy]="busy()">
            {{ (question().entry === null ? 'files.name.make' : 'files.menu.rename') | words }}
          </button>
        </div>
      </form>
    </stow-modal-dialog>
  `,
})
export class NameDialog {
  protected readonly questions = inject(FileQuestions);
  readonly question = input.required<NameQuestion>();

  protected readonly problem = signal<ProblemError | null>(null);
  /** What is wrong with the name before the server is asked. */
  protected readonly own = signal('');
  protected readonly busy = signal(false);
  protected readonly fault = computed(() => {
    const problem = this.problem();
    if (problem === null) return this.own();
    return problem.code === 'name-taken' ? say('files.name.taken') : `${problem.title}. ${explain(problem)}`.trim();
  });
  #wasChosen = false;

  // What somebody wants to change is the name, seldom its ending.
  protected choose(field: HTMLInputElement): void {
    if (this.#wasChosen) return;
    this.#wasChosen = true;
    const dot = this.question().entry?.kind === 'file' ? field.value.lastIndexOf('.') : -1;
    field.setSelectionRange(0, dot > 0 ? dot : field.value.length);
  }

  protected async submit(event: Event, name: string): Promise<void> {
    event.preventDefault();
    if (this.busy()) return;
    const fault = name.includes('/') ? say('files.name.slash') : nameFault(name);
    this.own.set(name.trim() === '' ? say('files.name.empty') : (fault ?? ''));
    if (this.own() !== '') return;
    this.busy.set(true);
    const outcome = await this.question().submit(name);
    this.busy.set(false);
    if (outcome === null) this.questions.end(this.question());
    else if (outcome !== 'given-up') this.problem.set(outcome);
  }
}
