import {
  ChangeDetectionStrategy,
  ChangeDetectorRef,
  Component,
  ElementRef,
  afterNextRender,
  computed,
  effect,
  inject,
  resource,
  viewChild,
} from '@angular/core';
import { NgxDropzoneComponent, type NgxDropzoneChangeEvent, NgxDropzoneModule } from 'ngx-dropzone';
import { say } from '../language/say.js';
import { Words } from '../language/words.js';
import { API } from '../session/server.js';
import { WindowDrop } from '../shell/window-drop.js';
import { byteSize } from '../ui/byte-size.js';
import { Icon } from '../ui/icon.js';
import { pickedSources } from './dropped-files.js';
import { Transfers } from './transfers.js';

/**
 * Where files come in. The library draws the surface and opens the file chooser; drops are taken by the whole window
 * ({@link WindowDrop}), because the library loses nested folders and paths, and throws on a drag of text.
 */
@Component({
  selector: 'stow-dropzone-surface',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Icon, NgxDropzoneModule, Words],
  templateUrl: './dropzone-surface.html',
  styleUrl: './dropzone-surface.scss',
})
export class DropzoneSurface {
  private readonly transfers = inject(Transfers);
  private readonly windowDrop = inject(WindowDrop);
  private readonly api = inject(API);
  private readonly zone = viewChild.required(NgxDropzoneComponent);
  private readonly zoneElement = viewChild.required(NgxDropzoneComponent, { read: ElementRef });
  private readonly limits = resource({ loader: () => this.api.limits() });

  protected readonly takesFolders = 'webkitdirectory' in document.createElement('input');
  protected readonly largest = computed(() =>
    this.limits.hasValue() ? say('upload.dropzone.largest', { size: byteSize(this.limits.value().maxFileSize) }) : '',
  );

  constructor() {
    afterNextRender(() => this.hideInnerInput());
    // A drop never reaches the library, which would go on looking hovered.
    const changes = inject(ChangeDetectorRef);
    effect(() => {
      if (this.windowDrop.dragging()) return;
      this.zone()._onDragLeave();
      changes.markForCheck();
    });
  }

  protected picked(event: NgxDropzoneChangeEvent): void {
    void this.transfers.add(pickedSources(event.addedFiles));
  }

  protected pickedFolder(input: HTMLInputElement): void {
    void this.transfers.add(pickedSources(input.files ?? []));
    input.value = '';
  }

  protected chooseFolder(event: Event, input: HTMLInputElement): void {
    event.stopPropagation();
    input.click();
  }

  // The button says the same with a name and a visible focus.
  private hideInnerInput(): void {
    const input = (this.zoneElement().nativeElement as HTMLElement).querySelector('input');
    input?.setAttribute('tabindex', '-1');
    input?.setAttribute('aria-hidden', 'true');
  }
}
