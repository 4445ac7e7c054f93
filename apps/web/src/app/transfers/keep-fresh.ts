import { DOCUMENT, DestroyRef, effect, inject, untracked } from '@angular/core';
import { Connection } from '../session/connection.js';

/** How often is asked again while something moves. */
const BUSY_INTERVAL_MS = 5_000;

/**
 * Reads something again: whenever the server answers again or somebody comes back to the page, and every five seconds while
 * it moves. In the constructor of a component.
 * @param moves true while what was read changes by itself; depends on a signal that changes with every reading
 */
export function keepFresh(refresh: () => Promise<void>, moves: () => boolean): void {
  const connection = inject(Connection);
  const document = inject(DOCUMENT);
  let destroyed = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  effect(() => {
    if (connection.state() === 'online') untracked(() => void refresh());
  });
  effect(() => {
    const busy = moves();
    clearTimeout(timer);
    if (busy) timer = setTimeout(again, BUSY_INTERVAL_MS);
  });
  // One reading that failed is no reason to look away.
  function again(): void {
    void refresh().then(() => {
      clearTimeout(timer);
      if (!destroyed && untracked(moves)) timer = setTimeout(again, BUSY_INTERVAL_MS);
    });
  }
  const seen = (): void => {
    if (document.visibilityState === 'visible') void refresh();
  };
  document.addEventListener('visibilitychange', seen);
  inject(DestroyRef).onDestroy(() => {
    destroyed = true;
    document.removeEventListener('visibilitychange', seen);
    clearTimeout(timer);
  });
}
