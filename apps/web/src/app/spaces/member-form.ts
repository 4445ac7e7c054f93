import {
  ChangeDetectionStrategy,
  Component,
  type ElementRef,
  inject,
  input,
  output,
  signal,
  viewChild,
} from '@angular/core';
import { toProblem } from '@stowage/client';
import { type Member, SPACE_ROLES } from '@stowage/contract';
import { say } from '../language/say.js';
import { Words } from '../language/words.js';
import { API } from '../session/server.js';
import { sentenceOf, titleOf } from '../ui/problem-words.js';
import { roleWords } from './space-words.js';

/** Lets somebody into a space. */
@Component({
  selector: 'stow-member-form',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Words],
  template: `
    <form class="form" aria-labelledby="member-form-title" (submit)="add($event)">
      <h3 id="member-form-title">{{ 'spaces.memberForm.title' | words }}</h3>
      <div class="fields">
        <div class="field">
          <label for="member-name">{{ 'spaces.memberForm.name' | words }}</label>
          <input
            #name
            id="member-name"
            type="text"
            name="member-name"
            autocomplete="off"
            autocapitalize="none"
            spellcheck="false"
            required
            [attr.aria-invalid]="fault() !== ''"
            [attr.aria-describedby]="fault() === '' ? null : 'member-name-fault'"
          />
        </div>
        <div class="field">
          <label for="member-role">{{ 'spaces.memberForm.role' | words }}</label>
          <select #role id="member-role" name="role">
            @for (one of roles; track one) {
              <option [value]="one" [selected]="one === 'contributor'">{{ roleWords(one) }}</option>
            }
          </select>
        </div>
        <button type="submit" class="button primary" [attr.aria-busy]="busy()">
          {{ 'spaces.memberForm.add' | words }}
        </button>
      </div>
      @if (fault() !== '') {
        <p id="member-name-fault" class="field-fault" role="alert">{{ fault() }}</p>
      }
    </form>
  `,
  styleUrl: '../ui/panel-form.scss',
})
export class MemberForm {
  /** Id of the space. */
  readonly space = input.required<string>();
  readonly added = output<Member>();

  private readonly api = inject(API);
  private readonly name = viewChild.required<ElementRef<HTMLInputElement>>('name');
  private readonly role = viewChild.required<ElementRef<HTMLSelectElement>>('role');
  protected readonly roles = SPACE_ROLES;
  protected readonly roleWords = roleWords;
  protected readonly fault = signal('');
  protected readonly busy = signal(false);

  protected async add(event: Event): Promise<void> {
    event.preventDefault();
    if (this.busy()) return;
    const input = this.name().nativeElement;
    const name = input.value.trim();
    this.fault.set(name === '' ? say('spaces.memberForm.nameNeeded') : '');
    if (name === '') {
      input.focus();
      return;
    }
    this.busy.set(true);
    try {
      const chosen = this.role().nativeElement.value;
      const role = SPACE_ROLES.find((one) => one === chosen) ?? 'viewer';
      const member = await this.api.spaces.addMember(this.space(), { name, role });
      input.value = '';
      this.added.emit(member);
    } catch (error) {
      const problem = toProblem(error);
      const isEnough = problem.code === 'account-not-found' || problem.code === 'member-exists';
      this.fault.set(isEnough ? `${titleOf(problem)}.` : sentenceOf(problem));
      input.focus();
    } finally {
      this.busy.set(false);
    }
  }
}
