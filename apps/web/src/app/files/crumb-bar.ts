import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';
import { MatMenu, MatMenuItem, MatMenuTrigger } from '@angular/material/menu';
import { RouterLink } from '@angular/router';
import { say } from '../language/say.js';
import { Words } from '../language/words.js';
import { CurrentSpace } from '../spaces/current-space.js';
import { spaceLink } from '../spaces/spaces.js';
import { Icon } from '../ui/icon.js';
import { VisibleName } from '../ui/visible-name.js';
import { DropFolder } from './entry-drag.js';
import { FolderView } from './folder-view.js';
import { folderLink } from './places.js';

/** Folders on the way that are shown; what lies between the first and the last of them is in a menu. */
const SHOWN = 3;

/** Where the folder that is shown is, as links that take what is dropped on them; its own name is the heading. */
@Component({
  selector: 'stow-crumb-bar',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [DropFolder, Icon, MatMenu, MatMenuItem, MatMenuTrigger, RouterLink, VisibleName, Words],
  template: `
    @if (crumbs().length > 0) {
      <nav [attr.aria-label]="'files.crumbs.label' | words">
        <ol>
          @for (crumb of crumbs(); track crumb.id; let isFirst = $first) {
            <li>
              <a
                [routerLink]="crumb.link"
                queryParamsHandling="merge"
                draggable="false"
                [stowDropFolder]="{ id: crumb.id, name: crumb.name }"
                ><stow-name [name]="crumb.name"
              /></a>
              <stow-icon name="chevron" />
            </li>
            @if (isFirst && hidden().length > 0) {
              <li>
                <button
                  type="button"
                  class="icon-button"
                  [attr.aria-label]="'files.crumbs.more' | words"
                  [title]="'files.crumbs.more' | words"
                  [matMenuTriggerFor]="between"
                >
                  <stow-icon name="more" />
                </button>
                <stow-icon name="chevron" />
              </li>
            }
          }
        </ol>
      </nav>
    }
    <h2 id="files-title" class="page-heading" tabindex="-1"><stow-name [name]="title()" /></h2>
    <mat-menu #between>
      @for (crumb of hidden(); track crumb.id) {
        <a mat-menu-item [routerLink]="crumb.link" queryParamsHandling="merge"><stow-name [name]="crumb.name" /></a>
      }
    </mat-menu>
  `,
  styleUrl: './crumb-bar.scss',
})
export class CrumbBar {
  private readonly view = inject(FolderView);
  private readonly current = inject(CurrentSpace);

  private readonly way = computed(() => {
    const space = this.current.space();
    const root = space === null ? '/' : spaceLink(space);
    return (this.view.folder()?.ancestors ?? []).map(({ id, name }, index) => ({
      id,
      name: index === 0 ? say('files.panel.title') : name,
      link: index === 0 ? root : folderLink(id),
    }));
  });
  protected readonly hidden = computed(() => (this.way().length > SHOWN ? this.way().slice(1, 1 - SHOWN) : []));
  protected readonly crumbs = computed(() => this.way().filter((crumb) => !this.hidden().includes(crumb)));
  protected readonly title = computed(() => {
    const folder = this.view.folder();
    return folder === null || folder.parent === null ? say('files.panel.title') : folder.name;
  });
}
