import { Injectable, inject } from '@angular/core';
import { FolderView } from '../files/folder-view.js';
import type { UploadPlace } from '../files/places.js';
import { say } from '../language/say.js';
import { API } from '../session/server.js';
import { Announcer } from '../shell/announcer.js';

/** Makes the folders of a drop that have no file which would bring them along. */
@Injectable({ providedIn: 'root' })
export class EmptyFolders {
  private readonly api = inject(API);
  private readonly view = inject(FolderView);
  private readonly announcer = inject(Announcer);

  /**
   * Makes folders; one that is there already is good. Says how many could not be made, and never rejects.
   * @param paths `/`-separated, from the place on
   */
  async make(paths: readonly string[], { space, folder }: UploadPlace): Promise<void> {
    const parent = folder ?? space;
    if (paths.length === 0 || parent === null) return;
    let unmade = 0;
    for (const path of paths) {
      await this.api.entries.createFolder({ parent, path, existing: 'accept' }).catch(() => (unmade += 1));
    }
    if (unmade > 0) this.announcer.say(say('files.drop.unmade', { count: unmade }), 'assertive');
    await this.view.rows.refresh();
  }
}
