import { ChangeDetectionStrategy, Component, type ElementRef, inject, output, signal, viewChild } from '@angular/core';
import { toProblem } from '@stowage/client';
import type { Invited } from '@stowage/contract';
import { Words } from '../language/words.js';
import { API } from '../session/server.js';
import { accountNameFaultWords } from '../ui/field-words.js';
import { explain, sentenceOf, titleOf } from '../ui/problem-words.js';

/** Invites somebody. */
@Component({
  selector: 'stow-invite-form',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Words],
  template: `
    <form class="form" aria-labelledby="invite-title" (submit)="invite($event)">
      <h3 id="invite-title">{{ 'people.inviteForm.title' | words }}</h3>
      <div class="fields">
        <div class="field">
          <label for="invite-name">{{ 'people.inviteForm.name' | words }}</label>
          <input
            #name
            id="invite-name"
            type="text"
            name="invite-name"
            autocomplete="off"
            autocapitalize="none"
            spellcheck="false"
            required
            [attr.aria-invalid]="nameFault() !== ''"
            [attr.aria-describedby]="nameFault() === '' ? null : 'invite-name-fault'"
          />
        </div>
        <div class="field">
          <label for="invite-role">{{ 'people.inviteForm.role' | words }}</label>
          <select #role id="invite-role" name="role">
            <option value="member">{{ 'people.inviteForm.member' | words }}</option>
            <option value="admin">{{ 'people.inviteForm.admin' | words }}</option>
          </select>
        </div>
        <button type="submit" class="button primary" [attr.aria-busy]="busy()">
          {{ 'people.inviteForm.make' | words }}
        </button>
      </div>
      @if (nameFault() !== '') {
        <p id="invite-name-fault" class="field-fault" role="alert">{{ nameFault() }}</p>
      }
      @if (fault() !== '') {
        <p class="field-fault" role="alert">{{ fault() }}</p>
      }
    </form>
  `,
  styleUrl: '../ui/panel-form.scss',
})
export class InviteForm {
  readonly invited = output<Invited>();

  private readonly api = inject(API);
  private readonly name = viewChild.required<ElementRef<HTMLInputElement>>('name');
  private readonly role = viewChild.required<ElementRef<HTMLSelectElement>>('role');
  protected readonly nameFault = signal('');
  protected readonly fault = signal('');
  protected readonly busy = signal(false);

  protected async invite(event: Event): Promise<void> {
    event.preventDefault();
    if (this.busy()) return;
    const input = this.name().nativeElement;
    const name = input.value.trim();
    this.fault.set('');
    this.nameFault.set(accountNameFaultWords(name));
    if (this.nameFault() !== '') {
      input.focus();
      return;
    }
    this.busy.set(true);
    try {
      const role = this.role().nativeElement.value === 'admin' ? 'admin' : 'member';
      const invited = await this.api.invite({ name, role });
      input.value = '';
      this.role().nativeElement.value = 'member';
      this.invited.emit(invited);
    } catch (error) {
      const problem = toProblem(error);
      if (problem.code === 'account-name-taken') this.nameFault.set(`${titleOf(problem)}. ${explain(problem)}`.trim());
      else if (problem.code === 'invalid-name') this.nameFault.set(sentenceOf(problem));
      else this.fault.set(sentenceOf(problem));
      input.focus();
    } finally {
      this.busy.set(false);
    }
  }
}
