import { ChangeDetectionStrategy, Component, effect, inject } from '@angular/core';
import { say } from '../language/say.js';
import { Connection } from '../session/connection.js';
import { UPLOADS } from '../session/uploads.js';
import { AnnouncementScript } from '../upload/announcement-script.js';
import { Announcer } from './announcer.js';

/** Says aloud what the page shows happening. There is one for everything. */
@Component({
  selector: 'stow-live-region',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <div class="visually-hidden" role="status" aria-live="polite" aria-atomic="true">{{ announcer.polite() }}</div>
    <div class="visually-hidden" role="alert" aria-live="assertive" aria-atomic="true">{{ announcer.assertive() }}</div>
  `,
})
export class LiveRegion {
  protected readonly announcer = inject(Announcer);

  constructor() {
    const script = new AnnouncementScript();
    const queue = inject(UPLOADS);
    this.tellConnection();
    queue.subscribe(({ settled }) => {
      for (const { text, urgency } of script.next(queue.totals(), settled, performance.now())) {
        this.announcer.say(text, urgency);
      }
    });
  }

  private tellConnection(): void {
    const connection = inject(Connection);
    let before = connection.state();
    effect(() => {
      const state = connection.state();
      if (state === before) return;
      before = state;
      this.announcer.say(say(state === 'online' ? 'shell.liveRegion.online' : 'shell.liveRegion.gone'));
    });
  }
}
