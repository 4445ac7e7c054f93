import { ChangeDetectionStrategy, Component, type ElementRef, input, output, signal, viewChild } from '@angular/core';
import { toProblem } from '@stowage/client';
import type { Space } from '@stowage/contract';
import { Words } from '../language/words.js';
import { spaceNameFaultWords } from '../ui/field-words.js';
import { explain, sentenceOf, titleOf } from '../ui/problem-words.js';

/** Asks for the name of a space, and does with it what it is for. */
@Component({
  selector: 'stow-space-name-form',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Words],
  template: `
    <form class="form" aria-labelledby="space-name-title" (submit)="send($event)">
      <h3 id="space-name-title">{{ heading() }}</h3>
      <div class="fields">
        <div class="field">
          <label for="space-name">{{ 'spaces.nameForm.name' | words }}</label>
          <input
            #name
            id="space-name"
            type="text"
            name="space-name"
            autocomplete="off"
            required
            [value]="before()"
            [attr.aria-invalid]="fault() !== ''"
            [attr.aria-describedby]="fault() === '' ? null : 'space-name-fault'"
          />
        </div>
        <button type="submit" class="button primary" [attr.aria-busy]="busy()">{{ action() }}</button>
      </div>
      @if (fault() !== '') {
        <p id="space-name-fault" class="field-fault" role="alert">{{ fault() }}</p>
      }
    </form>
  `,
  styleUrl: '../ui/panel-form.scss',
})
export class SpaceNameForm {
  readonly heading = input.required<string>();
  readonly action = input.required<string>();
  /** What the field holds at first, and again after it was sent. */
  readonly before = input('');
  readonly perform = input.required<(name: string) => Promise<Space>>();
  readonly done = output<Space>();

  private readonly name = viewChild.required<ElementRef<HTMLInputElement>>('name');
  protected readonly fault = signal('');
  protected readonly busy = signal(false);

  protected async send(event: Event): Promise<void> {
    event.preventDefault();
    if (this.busy()) return;
    const input = this.name().nativeElement;
    const name = input.value.trim();
    this.fault.set(spaceNameFaultWords(name));
    if (this.fault() !== '') {
      input.focus();
      return;
    }
    this.busy.set(true);
    try {
      const space = await this.perform()(name);
      input.value = this.before() === '' ? '' : space.name;
      this.done.emit(space);
    } catch (error) {
      const problem = toProblem(error);
      const isTaken = problem.code === 'space-name-taken';
      this.fault.set(isTaken ? `${titleOf(problem)}. ${explain(problem)}`.trim() : sentenceOf(problem));
      input.focus();
    } finally {
      this.busy.set(false);
    }
  }
}
