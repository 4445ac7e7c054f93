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
import { CONFLICT_POLICIES, type ChangePolicy, type ConflictPolicy, type Space } from '@stowage/contract';
import { Words } from '../language/words.js';
import { API } from '../session/server.js';
import { sentenceOf } from '../ui/problem-words.js';
import { POLICY_FIELDS, type PolicyFieldKey } from './policy-fields.js';

const CONFLICT_WORDS = {
  reject: 'spaces.conflict.reject',
  rename: 'spaces.conflict.rename',
  replace: 'spaces.conflict.replace',
} as const satisfies Record<ConflictPolicy, string>;

const LABELS = {
  allowedExtensions: 'spaces.policyField.allowedExtensions',
  deniedExtensions: 'spaces.policyField.deniedExtensions',
  allowedTypes: 'spaces.policyField.allowedTypes',
  deniedTypes: 'spaces.policyField.deniedTypes',
  maxFileSize: 'spaces.policyField.maxFileSize',
} as const satisfies Record<PolicyFieldKey, string>;

const HINTS = {
  allowedExtensions: 'spaces.policyHint.allowedExtensions',
  deniedExtensions: 'spaces.policyHint.deniedExtensions',
  allowedTypes: 'spaces.policyHint.allowedTypes',
  deniedTypes: 'spaces.policyHint.deniedTypes',
  maxFileSize: 'spaces.policyHint.maxFileSize',
} as const satisfies Record<PolicyFieldKey, string>;

/** Faults by the field that has them; `form` for what no field has. */
type Faults = Partial<Record<PolicyFieldKey | 'form', string>>;

/** Says which files a space takes. */
@Component({
  selector: 'stow-policy-form',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Words],
  templateUrl: './policy-form.html',
  styleUrl: '../ui/panel-form.scss',
})
export class PolicyForm {
  readonly space = input.required<Space>();
  readonly changed = output<Space>();

  private readonly api = inject(API);
  private readonly form = viewChild.required<ElementRef<HTMLFormElement>>('form');
  private readonly faults = signal<Faults>({});
  protected readonly fields = POLICY_FIELDS;
  protected readonly labels = LABELS;
  protected readonly hints = HINTS;
  protected readonly conflicts = CONFLICT_POLICIES;
  protected readonly conflictWords = CONFLICT_WORDS;
  protected readonly busy = signal(false);

  protected faultOf(place: keyof Faults): string {
    return this.faults()[place] ?? '';
  }

  protected async save(event: Event): Promise<void> {
    event.preventDefault();
    if (this.busy()) return;
    const policy = this.read();
    if (policy === null) return;
    this.busy.set(true);
    try {
      this.changed.emit(await this.api.spaces.change(this.space().id, { policy }));
    } catch (error) {
      this.faults.set({ form: sentenceOf(toProblem(error)) });
    } finally {
      this.busy.set(false);
    }
  }

  /** What the fields say; null when one of them says nothing that can be: then the first such has the focus. */
  private read(): ChangePolicy | null {
    const policy: ChangePolicy = {};
    const faults: Faults = {};
    for (const { key, parse } of POLICY_FIELDS) {
      const parsed = parse(this.field(key)?.value ?? '');
      if (parsed.ok) Object.assign(policy, parsed.part);
      else faults[key] = parsed.fault;
    }
    const chosen = this.field('conflict')?.value;
    policy.conflict = CONFLICT_POLICIES.find((one) => one === chosen) ?? 'reject';
    this.faults.set(faults);
    const [first] = Object.keys(faults);
    if (first === undefined) return policy;
    this.field(first)?.focus();
    return null;
  }

  private field(name: string): HTMLInputElement | HTMLSelectElement | null {
    return this.form().nativeElement.querySelector(`[name="${name}"]`);
  }
}
