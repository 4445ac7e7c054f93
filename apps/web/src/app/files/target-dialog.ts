import {
  ChangeDetectionStrategy,
  Component,
  type ElementRef,
  type OnInit,
  computed,
  inject,
  input,
  signal,
  viewChild,
} from '@angular/core';
import { type Folder, type FolderWithAncestors, SPACE_ROLE_PERMISSIONS } from '@stowage/contract';
import { say } from '../language/say.js';
import { Words } from '../language/words.js';
import { API } from '../session/server.js';
import { CurrentSpace } from '../spaces/current-space.js';
import { Spaces, spaceName } from '../spaces/spaces.js';
import { ErrorCard } from '../ui/error-card.js';
import { Icon } from '../ui/icon.js';
import { spelledName } from '../ui/name-parts.js';
import { VisibleName } from '../ui/visible-name.js';
import { EntryRows } from './entry-rows.js';
import type { TargetQuestion } from './file-questions.js';
import { FolderView } from './folder-view.js';
import { ModalDialog } from './modal-dialog.js';

/** Asks for the folder that entries are moved or copied to. Folders are read when somebody goes into them. */
@Component({
  selector: 'stow-target-dialog',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [ErrorCard, Icon, ModalDialog, VisibleName, Words],
  templateUrl: './target-dialog.html',
  styleUrl: './target-dialog.scss',
})
export class TargetDialog implements OnInit {
  private readonly api = inject(API);
  private readonly spaces = inject(Spaces);
  private readonly view = inject(FolderView);
  private readonly current = inject(CurrentSpace);
  private readonly here = viewChild<ElementRef<HTMLElement>>('here');

  readonly question = input.required<TargetQuestion>();

  /** Id of the folder that is looked into; null: at the spaces. */
  readonly #at = signal<string | null>(null);
  protected readonly rows = new EntryRows<FolderWithAncestors>(async (query, signal) => {
    const id = this.#at() ?? '';
    const [folder, list] = await Promise.all([
      this.api.entries.folder(id, signal),
      this.api.entries.list(id, { ...query, sort: 'name' }, signal),
    ]);
    return { ...list, about: folder };
  });
  protected readonly folder = computed(() => (this.#at() === null ? null : this.rows.about()));
  /** Those in it. In any order folders come first. */
  protected readonly folders = computed(() =>
    this.rows.items().filter((entry): entry is Folder => entry.kind === 'folder'),
  );
  protected readonly hasMore = computed(
    () => this.rows.hasMore() && this.folders().length === this.rows.items().length,
  );
  protected readonly choices = computed(() =>
    this.spaces.list
      .items()
      .filter(({ role }) => role === null || SPACE_ROLE_PERMISSIONS[role].includes('uploads:write'))
      .map((space) => ({ id: space.id, name: spaceName(space) })),
  );
  protected readonly hasSpaces = computed(() => this.choices().length > 1);
  protected readonly title = computed(() => {
    const { action, entries } = this.question();
    const [first, second] = entries;
    if (first !== undefined && second === undefined) {
      return say(`files.target.title.${action}`, { name: spelledName(first.name) });
    }
    return say(`files.target.titleMany.${action}`, { count: entries.length });
  });
  protected readonly confirm = computed(() => say(`files.target.confirm.${this.question().action}`));
  /** What the folder that is looked into is called. */
  protected readonly name = computed(() => {
    const folder = this.folder();
    if (folder === null) return say('files.target.spaces');
    return folder.parent === null ? this.rootName(folder.id) : folder.name;
  });
  /** Where one can go back to, the nearest last. */
  protected readonly above = computed(() =>
    (this.folder()?.ancestors ?? []).map(({ id, name }, index) => ({
      id,
      name: index === 0 ? this.rootName(id) : name,
    })),
  );
  /** Why the entries cannot go here; empty when they can. */
  protected readonly obstacle = computed(() => {
    const folder = this.folder();
    const { action, entries } = this.question();
    if (folder === null) return say('files.target.chooseSpace');
    // What is seen is not yet what was asked for.
    if (folder.id !== this.#at()) return say('files.target.reading');
    const way = [folder.id, ...folder.ancestors.map(({ id }) => id)];
    if (entries.some(({ id }) => way.includes(id))) return say('files.target.intoItself');
    const isThere = action === 'move' && entries.every(({ parent }) => parent === folder.id);
    return isThere ? say('files.target.isThere') : '';
  });

  ngOnInit(): void {
    this.#at.set(this.question().entries[0]?.parent ?? this.view.folder()?.id ?? this.current.id());
    void this.rows.open();
  }

  /** Looks into another folder, or at the spaces. */
  protected async goTo(id: string | null): Promise<void> {
    this.#at.set(id);
    // What was chosen is gone with the list that it was in.
    this.here()?.nativeElement.focus();
    if (id !== null) await this.rows.open();
  }

  protected choose(): void {
    const folder = this.folder();
    if (folder !== null && this.obstacle() === '') this.question().answer({ id: folder.id, name: this.name() });
  }

  protected isHeld(id: string): boolean {
    return this.question().action !== 'copy' && this.question().entries.some((entry) => entry.id === id);
  }

  private rootName(id: string): string {
    const known = this.spaces.list.items().find((space) => space.id === id) ?? this.current.space();
    return known === null || known.id !== id ? say('files.panel.title') : spaceName(known);
  }
}
