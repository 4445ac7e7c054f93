import {
  ChangeDetectionStrategy,
  Component,
  type ElementRef,
  computed,
  inject,
  input,
  linkedSignal,
  output,
  signal,
  viewChild,
} from '@angular/core';
import { toProblem } from '@stowage/client';
import type { Space } from '@stowage/contract';
import { inPlainDigits } from '../language/spoken.js';
import { say } from '../language/say.js';
import { Words } from '../language/words.js';
import { API } from '../session/server.js';
import { sentenceOf } from '../ui/problem-words.js';

const BYTES_PER_GB = 1_000_000_000;

type Kind = 'default' | 'none' | 'own';

/** Says how much the files of a space may take up. */
@Component({
  selector: 'stow-quota-form',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Words],
  template: `
    <form class="form" [attr.aria-label]="'spaces.quotaForm.label' | words: { name: name() }" (submit)="save($event)">
      @if (heading() !== '') {
        <h3>{{ heading() }}</h3>
      }
      <div class="fields">
        <div class="field">
          <label for="quota-kind">{{ 'spaces.quotaForm.most' | words }}</label>
          <select #kind id="quota-kind" name="quota-kind" (change)="choose(kind.value)">
            <option value="default" [selected]="chosen() === 'default'">
              {{ 'spaces.quotaForm.asSettings' | words }}
            </option>
            <option value="own" [selected]="chosen() === 'own'">{{ 'spaces.quotaForm.own' | words }}</option>
            <option value="none" [selected]="chosen() === 'none'">{{ 'spaces.quotaForm.none' | words }}</option>
          </select>
        </div>
        @if (chosen() === 'own') {
          <div class="field">
            <label for="quota-size">{{ 'spaces.quotaForm.gigabytes' | words }}</label>
            <input
              #size
              id="quota-size"
              type="text"
              inputmode="decimal"
              name="quota-size"
              autocomplete="off"
              [value]="before()"
              [attr.aria-invalid]="fault() !== ''"
              [attr.aria-describedby]="fault() === '' ? null : 'quota-fault'"
            />
          </div>
        }
        <button type="submit" class="button primary" [attr.aria-busy]="busy()">
          {{ 'spaces.quotaForm.save' | words }}
        </button>
        @if (heading() === '') {
          <button type="button" class="button" (click)="cancelled.emit()">
            {{ 'spaces.quotaForm.cancel' | words }}
          </button>
        }
      </div>
      @if (fault() !== '') {
        <p id="quota-fault" class="field-fault" role="alert">{{ fault() }}</p>
      }
    </form>
  `,
  styleUrl: '../ui/panel-form.scss',
})
export class QuotaForm {
  readonly space = input.required<Space>();
  /** What the page calls the space. */
  readonly name = input.required<string>();
  /** Of a form that stays; one without can be cancelled. */
  readonly heading = input('');
  readonly changed = output<Space>();
  readonly cancelled = output();

  private readonly api = inject(API);
  private readonly kind = viewChild.required<ElementRef<HTMLSelectElement>>('kind');
  private readonly size = viewChild<ElementRef<HTMLInputElement>>('size');
  protected readonly chosen = linkedSignal<Kind>(() => {
    const { quota, quotaChosen } = this.space();
    return quotaChosen ? (quota === null ? 'none' : 'own') : 'default';
  });
  protected readonly before = computed(() => inPlainDigits((this.space().quota ?? 10 * BYTES_PER_GB) / BYTES_PER_GB));
  protected readonly fault = signal('');
  protected readonly busy = signal(false);

  /** Puts the focus where the form begins. */
  focus(): void {
    this.kind().nativeElement.focus();
  }

  protected choose(value: string): void {
    this.fault.set('');
    this.chosen.set(value === 'own' || value === 'none' ? value : 'default');
  }

  protected async save(event: Event): Promise<void> {
    event.preventDefault();
    if (this.busy()) return;
    const quota = this.wanted();
    this.fault.set(quota === undefined ? say('spaces.quotaForm.fault') : '');
    if (quota === undefined) {
      this.size()?.nativeElement.focus();
      return;
    }
    this.busy.set(true);
    try {
      this.changed.emit(await this.api.spaces.change(this.space().id, { quota }));
    } catch (error) {
      this.fault.set(sentenceOf(toProblem(error)));
    } finally {
      this.busy.set(false);
    }
  }

  private wanted(): number | null | 'default' | undefined {
    const chosen = this.chosen();
    if (chosen !== 'own') return chosen === 'none' ? null : 'default';
    const text = this.size()?.nativeElement.value.trim().replace(',', '.') ?? '';
    const bytes = /^\d+(\.\d+)?$/u.test(text) ? Math.round(Number(text) * BYTES_PER_GB) : 0;
    return bytes > 0 && Number.isSafeInteger(bytes) ? bytes : undefined;
  }
}
