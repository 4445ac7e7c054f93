import { Injectable, signal } from '@angular/core';

/** A question that stands before something that cannot be undone. */
export interface Question {
  /** What is asked, without the name. */
  readonly title: string;
  /** The file or upload that it is about. */
  readonly name: string;
  /** What will happen. */
  readonly consequence: string;
  /** Label of the button that does it. */
  readonly action: string;
}

/** Asks people before something that cannot be undone. */
@Injectable({ providedIn: 'root' })
export class Confirmation {
  readonly #question = signal<Question | null>(null);
  #answer: (yes: boolean) => void = () => undefined;

  /** What is being asked now. */
  readonly question = this.#question.asReadonly();

  /** Resolves with true when the answer is yes. */
  ask(question: Question): Promise<boolean> {
    this.answer(false);
    this.#question.set(question);
    return new Promise((resolve) => (this.#answer = resolve));
  }

  /** Answers the question that is being asked. */
  answer(yes: boolean): void {
    this.#question.set(null);
    this.#answer(yes);
    this.#answer = () => undefined;
  }
}
