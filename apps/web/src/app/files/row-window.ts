import { DOCUMENT, DestroyRef, type ElementRef, type Signal, computed, effect, inject, signal } from '@angular/core';

/** Rows that are ready on either side of what is seen, so that scrolling shows no gaps. */
const SPARE = 12;
/** Until something was laid out, and where nothing ever is. */
const GUESSED_HEIGHT = 44;

/** Which rows are drawn: the first of them, and the one behind the last. */
export interface RowRange {
  readonly start: number;
  readonly end: number;
}

/** What {@link rowWindow} has to know. */
export interface RowWindowOptions {
  /** The element in which rows are at their places; the window of the browser scrolls. */
  readonly area: Signal<ElementRef<HTMLElement>>;
  /** An element that is as high as one row. */
  readonly ruler: Signal<ElementRef<HTMLElement>>;
  /** How many rows there are. */
  readonly count: Signal<number>;
}

/**
 * The rows that can be seen of very many, and some beside them: no browser stays quick with all of them drawn. Has to be
 * called where `inject` may be.
 */
export function rowWindow({ area, ruler, count }: RowWindowOptions): Signal<RowRange> {
  const view = inject(DOCUMENT).defaultView;
  const seen = signal<RowRange>({ start: 0, end: 2 * SPARE }, { equal: isSame });
  let frame: number | undefined;
  const look = (): void => {
    frame = undefined;
    const height = ruler().nativeElement.getBoundingClientRect().height || GUESSED_HEIGHT;
    const { top } = area().nativeElement.getBoundingClientRect();
    const start = Math.floor(-top / height) - SPARE;
    seen.set({ start, end: Math.ceil(((view?.innerHeight ?? 0) - top) / height) + SPARE });
  };
  const lookSoon = (): void => {
    frame ??= view?.requestAnimationFrame(look);
  };
  view?.addEventListener('scroll', lookSoon, { passive: true, capture: true });
  view?.addEventListener('resize', lookSoon, { passive: true });
  effect(() => {
    count();
    area();
    lookSoon();
  });
  inject(DestroyRef).onDestroy(() => {
    if (frame !== undefined) view?.cancelAnimationFrame(frame);
    view?.removeEventListener('scroll', lookSoon, { capture: true });
    view?.removeEventListener('resize', lookSoon);
  });
  return computed(
    () => {
      const { start, end } = seen();
      const last = Math.min(count(), Math.max(end, 2 * SPARE));
      return { start: Math.max(0, Math.min(start, last - 1)), end: last };
    },
    { equal: isSame },
  );
}

function isSame(one: RowRange, other: RowRange): boolean {
  return one.start === other.start && one.end === other.end;
}
