import { ChangeDetectionStrategy, Component, input, output } from '@angular/core';
import { UPLOAD_STATES, type UploadState } from '@stowage/contract';
import { say } from '../language/say.js';
import { Words } from '../language/words.js';

/** Which uploads are looked for; null and empty for all. */
export interface UploadWish {
  readonly name: string;
  readonly space: string | null;
  readonly owner: string | null;
  /** Seconds. */
  readonly idleFor: number | null;
  readonly states: readonly UploadState[];
}

/** One thing that can be chosen. */
export interface Choice {
  readonly id: string;
  readonly name: string;
}

const UNFINISHED = ['receiving', 'completing'] as const;
const ENDED = ['failed', 'expired', 'cancelled'] as const;
/** What is looked for at first. */
export const FIRST_WISH: UploadWish = { name: '', space: null, owner: null, idleFor: null, states: UNFINISHED };

/** Chooses which uploads a list shows. */
@Component({
  selector: 'stow-transfer-filter',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Words],
  template: `
    <form
      #form
      class="form"
      role="search"
      [attr.aria-label]="'transfers.filter.label' | words"
      (submit)="$event.preventDefault()"
      (change)="chosen(form)"
    >
      <div class="fields">
        <div class="field">
          <label for="filter-name">{{ 'transfers.filter.name' | words }}</label>
          <input id="filter-name" name="name" type="text" autocomplete="off" spellcheck="false" maxlength="255" />
        </div>
        @if (spaces() !== null) {
          <div class="field">
            <label for="filter-space">{{ 'transfers.filter.space' | words }}</label>
            <select id="filter-space" name="space">
              <option value="">{{ 'transfers.filter.anySpace' | words }}</option>
              @for (space of spaces(); track space.id) {
                <option [value]="space.id">{{ space.name }}</option>
              }
            </select>
          </div>
        }
        <div class="field">
          <label for="filter-owner">{{ 'transfers.filter.owner' | words }}</label>
          <select id="filter-owner" name="owner">
            <option value="">{{ 'transfers.filter.anybody' | words }}</option>
            @for (owner of owners(); track owner.id) {
              <option [value]="owner.id">{{ owner.name }}</option>
            }
          </select>
        </div>
        <div class="field">
          <label for="filter-idle">{{ 'transfers.filter.idle' | words }}</label>
          <select id="filter-idle" name="idle">
            <option value="">{{ 'transfers.filter.anyIdle' | words }}</option>
            <option value="3600">{{ 'transfers.filter.hour' | words }}</option>
            <option value="86400">{{ 'transfers.filter.day' | words }}</option>
            <option value="259200">{{ 'transfers.filter.threeDays' | words }}</option>
            <option value="604800">{{ 'transfers.filter.week' | words }}</option>
          </select>
        </div>
        <div class="field">
          <label for="filter-state">{{ 'transfers.filter.state' | words }}</label>
          <select id="filter-state" name="state">
            <option value="unfinished">{{ 'transfers.filter.unfinished' | words }}</option>
            <option value="over">{{ 'transfers.filter.ended' | words }}</option>
            @for (state of states(); track state.id) {
              <option [value]="state.id">{{ state.name }}</option>
            }
          </select>
        </div>
      </div>
    </form>
  `,
  styleUrl: '../ui/panel-form.scss',
})
export class TransferFilter {
  /** Null where all are into one space. */
  readonly spaces = input.required<readonly Choice[] | null>();
  readonly owners = input.required<readonly Choice[]>();
  readonly wished = output<UploadWish>();

  protected states(): Choice[] {
    return (['failed', 'expired', 'cancelled', 'complete'] as const).map((id) => ({
      id,
      name: say(`transfers.filter.${id}`),
    }));
  }

  protected chosen(form: HTMLFormElement): void {
    const values = new FormData(form);
    const text = (name: string): string => {
      const value = values.get(name);
      return typeof value === 'string' ? value.trim() : '';
    };
    const seconds = text('idle');
    this.wished.emit({
      name: text('name'),
      space: text('space') || null,
      owner: text('owner') || null,
      idleFor: seconds === '' ? null : Number(seconds),
      states: statesOf(text('state')),
    });
  }
}

function statesOf(chosen: string): readonly UploadState[] {
  if (chosen === 'over') return ENDED;
  const one = UPLOAD_STATES.find((state) => state === chosen);
  return one === undefined ? UNFINISHED : [one];
}
