import {
  ChangeDetectionStrategy,
  Component,
  type ElementRef,
  computed,
  input,
  output,
  signal,
  viewChild,
} from '@angular/core';
import { toProblem } from '@stowage/client';
import {
  type Link,
  type LinkChange,
  type LinkKind,
  MAX_LINK_NOTE_LENGTH,
  MAX_LINK_TITLE_LENGTH,
} from '@stowage/contract';
import { say } from '../language/say.js';
import { Words } from '../language/words.js';
import { passwordFaultWords, passwordHint } from '../ui/field-words.js';
import { PasswordField } from '../ui/password-field.js';
import { tell } from '../ui/problem-words.js';
import { type LinkFault, fieldsOf, wishOf } from './link-wish.js';

/** Makes ids differ where one form is open beside another. */
let made = 0;

/** Asks how a link is to be, a new one or one that is there. */
@Component({
  selector: 'stow-link-form',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [PasswordField, Words],
  templateUrl: './link-form.html',
  styleUrl: './link-form.scss',
})
export class LinkForm {
  readonly kind = input.required<LinkKind>();
  /** What is changed; null for a new one. */
  readonly link = input<Link | null>(null);
  /** Does it. Rejects with the problem, which is shown. */
  readonly send = input.required<(wish: LinkChange, link: Link | null) => Promise<void>>();
  /** Nothing is to be changed after all. */
  readonly leave = output();

  private readonly form = viewChild.required<ElementRef<HTMLFormElement>>('form');
  private readonly password = viewChild.required(PasswordField);
  protected readonly prefix = `link-${++made}`;
  protected readonly passwordName = `${this.prefix}-password`;
  protected readonly longestTitle = MAX_LINK_TITLE_LENGTH;
  protected readonly longestNote = MAX_LINK_NOTE_LENGTH;
  protected readonly start = computed(() => fieldsOf(this.link()));
  protected readonly passwordHint = computed(() => {
    const kept =
      this.link()?.hasPassword === true ? say('sharing.form.passwordKept') : say('sharing.form.passwordNone');
    return `${kept} ${passwordHint()}`;
  });
  protected readonly wrong = signal<LinkFault | 'password' | null>(null);
  protected readonly passwordFault = signal('');
  protected readonly fault = signal('');
  protected readonly busy = signal(false);

  protected async submit(event: Event): Promise<void> {
    event.preventDefault();
    if (this.busy()) return;
    this.fault.set('');
    this.passwordFault.set('');
    this.wrong.set(null);
    const fields = this.read();
    const wish = wishOf(fields, this.kind(), new Date());
    if (typeof wish === 'string') {
      this.refuse(wish);
      return;
    }
    if (typeof wish.password === 'string') this.passwordFault.set(passwordFaultWords(wish.password));
    if (this.passwordFault() === '') await this.do(wish);
    else this.password().select();
  }

  private async do(wish: LinkChange): Promise<void> {
    this.busy.set(true);
    try {
      await this.send()(wish, this.link());
      this.form().nativeElement.reset();
      this.password().clear();
    } catch (error) {
      const problem = toProblem(error);
      if (problem.code === 'password-refused') {
        this.passwordFault.set(tell(problem));
        this.password().select();
      } else this.fault.set(tell(problem));
    } finally {
      this.busy.set(false);
    }
  }

  private refuse(field: LinkFault): void {
    this.wrong.set(field);
    this.form().nativeElement.querySelector<HTMLElement>(`[name="${field}"]`)?.focus();
  }

  private read(): ReturnType<typeof fieldsOf> {
    const { elements } = this.form().nativeElement;
    const text = (name: string): string => {
      const field = elements.namedItem(name);
      return field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement ? field.value : '';
    };
    const checked = (name: string): boolean => {
      const field = elements.namedItem(name);
      return field instanceof HTMLInputElement && field.checked;
    };
    return {
      ...{ title: text('title'), note: text('note'), password: this.password().text },
      ...{ removePassword: checked('removePassword'), lastDay: text('day'), most: text('most') },
      ...{ megabytes: text('size'), types: text('types'), askName: checked('askName') },
    };
  }
}
