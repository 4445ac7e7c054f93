import { ChangeDetectionStrategy, Component, type ElementRef, inject, output, signal, viewChild } from '@angular/core';
import { toProblem } from '@stowage/client';
import { accountNameFault, type Invited } from '@stowage/contract';
import { API } from '../session/server.js';

/** Invites somebody. */
@Component({
  selector: 'stow-invite-form',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <form class="form" aria-labelledby="invite-title" (submit)="invite($event)">
      <h3 id="invite-title">Invite somebody</h3>
      <div class="fields">
        <div class="field">
          <label for="invite-name">Name</label>
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
          <label for="invite-role">Role</label>
          <select #role id="invite-role" name="role">
            <option value="member">Member: uploads and files</option>
            <option value="admin">Admin: also accounts</option>
          </select>
        </div>
        <button type="submit" class="button primary" [attr.aria-busy]="busy()">Make the link</button>
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
    this.nameFault.set(accountNameFault(name) ?? '');
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
      const { code, title, detail } = toProblem(error);
      if (code === 'account-name-taken') this.nameFault.set(`${title}. ${detail}`);
      else if (code === 'invalid-name') this.nameFault.set(detail);
      else this.fault.set(detail);
      input.focus();
    } finally {
      this.busy.set(false);
    }
  }
}
