import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';
import { RouterLink } from '@angular/router';
import { Words } from '../language/words.js';
import { Session } from '../session/session.js';
import { CurrentSpace } from './current-space.js';
import { Spaces, spaceName } from './spaces.js';

/** Which space this is, for those who have more than one, and what they may do in it. */
@Component({
  selector: 'stow-space-head',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [RouterLink, Words],
  template: `
    @if (shown(); as space) {
      <header>
        <h2 tabindex="-1">{{ name() }}</h2>
        @if (space.kind === 'team') {
          <a [routerLink]="['/spaces', space.id, 'members']">{{ 'spaces.head.members' | words }}</a>
        }
        @if (current.mayManage()) {
          <a [routerLink]="['/spaces', space.id, 'transfers']">{{ 'shell.pageHeader.transfers' | words }}</a>
          <a [routerLink]="['/spaces', space.id, 'settings']">{{ 'spaces.head.settings' | words }}</a>
        }
        @if (isForeign()) {
          <p>{{ 'spaces.head.foreign' | words }}</p>
        }
      </header>
    }
    @if (current.isMissing()) {
      <section class="panel" aria-labelledby="missing-title">
        <header class="panel-header">
          <h2 id="missing-title" tabindex="-1">{{ 'spaces.missing.title' | words }}</h2>
        </header>
        <p class="empty">
          {{ 'spaces.missing.text' | words }} <a routerLink="/">{{ 'spaces.missing.toFiles' | words }}</a>
        </p>
      </section>
    } @else if (!current.mayUpload()) {
      <p class="panel note">{{ 'spaces.head.onlyLooking' | words }}</p>
    }
  `,
  styleUrl: './space-head.scss',
})
export class SpaceHead {
  protected readonly current = inject(CurrentSpace);
  private readonly session = inject(Session);
  private readonly spaces = inject(Spaces);

  protected readonly shown = computed(() => {
    const space = this.current.space();
    const isOnly = this.current.chosen() === null && this.spaces.list.items().length < 2;
    return isOnly || this.current.isMissing() ? null : space;
  });
  protected readonly name = computed(() => {
    const space = this.shown();
    return space === null ? '' : spaceName(space);
  });
  protected readonly isForeign = computed(
    () => this.shown()?.role === null && (this.session.who()?.account ?? null) !== null,
  );
}
