import { type ComponentFixture, TestBed } from '@angular/core/testing';
import type { Type } from '@angular/core';
import { provideRouter } from '@angular/router';
import { TranslocoService } from '@jsverse/transloco';
import { FakeBackend } from './fake-backend.js';
import { until } from './until.js';
import { transloco } from './words.js';

/** One component in a document, with a server of its own. */
export interface Stage<T> {
  readonly backend: FakeBackend;
  readonly fixture: ComponentFixture<T>;
  readonly element: HTMLElement;
  /** All text, with runs of white space as one. */
  readonly text: () => string;
  /** The button or link with this accessible name. */
  readonly control: (name: string) => HTMLElement;
  /** Waits until the text contains a sentence. */
  readonly shows: (sentence: string) => Promise<void>;
  /** Waits until it does not. */
  readonly hides: (sentence: string) => Promise<void>;
}

/**
 * Puts a component on the stage.
 * @param prepare changes the server before the component sees it
 * @param inputs what the component is given
 */
export async function stage<T>(
  component: Type<T>,
  prepare = (_: FakeBackend): void => undefined,
  inputs: Readonly<Record<string, unknown>> = {},
): Promise<Stage<T>> {
  const backend = new FakeBackend();
  prepare(backend);
  TestBed.configureTestingModule({
    providers: [...backend.providers(), provideRouter([]), { provide: TranslocoService, useValue: transloco }],
  });
  const fixture = TestBed.createComponent(component);
  for (const [name, value] of Object.entries(inputs)) fixture.componentRef.setInput(name, value);
  await fixture.whenStable();
  const element = fixture.nativeElement as HTMLElement;
  const text = (): string => plain(element);
  return {
    backend,
    fixture,
    element,
    text,
    control: (name) => {
      const found = Array.from(element.querySelectorAll<HTMLElement>('button, a')).find((item) => label(item) === name);
      if (found === undefined) throw new Error(`There is no control “${name}”.`);
      return found;
    },
    shows: (sentence) => until(() => text().includes(sentence)),
    hides: (sentence) => until(() => !text().includes(sentence)),
  };
}

function label(item: HTMLElement): string {
  return item.getAttribute('aria-label') ?? plain(item);
}

function plain(element: HTMLElement): string {
  return (element.textContent ?? '').replace(/\s+/gu, ' ').trim();
}
