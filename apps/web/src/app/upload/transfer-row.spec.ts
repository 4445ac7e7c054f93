import { TestBed } from '@angular/core/testing';
import { describe, expect, it } from '@jest/globals';
import type { TransferSnapshot, TransferState } from '@stowage/client';
import { refused, snapshot, transfer } from '../../../test/queue-states.js';
import { TransferRow } from './transfer-row.js';

async function row(look: TransferSnapshot, name = 'report.pdf', path = ''): Promise<HTMLElement> {
  const fixture = TestBed.createComponent(TransferRow);
  fixture.componentRef.setInput('transfer', transfer(name, look, path));
  fixture.componentRef.setInput('snapshot', look);
  await fixture.whenStable();
  return fixture.nativeElement as HTMLElement;
}

function text(element: Element | null): string {
  return (element?.textContent ?? '').replace(/\s+/gu, ' ').trim();
}

function labels(element: HTMLElement): (string | null)[] {
  return Array.from(element.querySelectorAll('button'), (button) => button.getAttribute('aria-label'));
}

describe('a row', () => {
  it.each<[TransferState, string, string[]]>([
    ['queued', 'Queued', ['Cancel report.pdf']],
    ['checking', 'Comparing', ['Cancel report.pdf']],
    ['sending', 'Sending', ['Cancel report.pdf']],
    ['waiting', 'Waiting', ['Cancel report.pdf']],
    ['completing', 'Checking', ['Cancel report.pdf']],
    ['complete', 'Complete', []],
    ['failed', 'Failed', ['Retry report.pdf', 'Cancel report.pdf']],
    ['cancelled', 'Cancelled', []],
  ])('that is %s says %s and offers what can be done', async (state, word, buttons) => {
    const element = await row(snapshot(state));
    expect(text(element.querySelector('.chip'))).toBe(word);
    expect(element.querySelector('.chip svg')).not.toBeNull();
    expect(labels(element)).toEqual(buttons);
    const moving = ['checking', 'sending', 'waiting', 'completing'].includes(state);
    expect(element.querySelector('[role=progressbar]') !== null).toBe(moving);
  });

  it('shows bytes, speed and time left, in two tones', async () => {
    const look = snapshot('sending', { inFlight: 250_000, bytesPerSecond: 84_000_000, secondsLeft: 11_160 });
    const element = await row(look, 'film.mov', 'films/2026');
    expect(text(element)).toContain('films/2026');
    expect(text(element.querySelector('.figures'))).toBe('0.5 of 1 MB84 MB/s3 h 6 min left');
    const bar = element.querySelector('[role=progressbar]');
    expect(bar?.getAttribute('aria-valuenow')).toBe('50');
    expect(bar?.getAttribute('aria-valuetext')?.replaceAll('\u00a0', ' ')).toBe('50 percent, 3 h 6 min left');
    expect(bar?.getAttribute('aria-label')).toBe('Progress of film.mov');
    const widths = Array.from(bar?.querySelectorAll('span') ?? [], (tone) => tone.style.width);
    expect(widths).toEqual(['50%', '25%']);
  });

  it('says why it failed and what to do', async () => {
    const problem = refused('name-taken', 'File already exists', 'File already exists');
    const element = await row(snapshot('failed', { problem }));
    expect(text(element.querySelector('.problem'))).toBe(
      'File already exists. Rename your file, or delete the one that is there, then retry.',
    );
  });

  it('shows what is compared before anything is sent', async () => {
    const element = await row(snapshot('checking', { checked: 125_000 }));
    expect(text(element.querySelector('.figures'))).toBe('Checking what is already there…125 of 500 kB');
    const bar = element.querySelector('[role=progressbar]');
    expect(bar?.getAttribute('aria-valuetext')).toBe('Checking what is already there, 25 percent');
    const widths = Array.from(bar?.querySelectorAll('span') ?? [], (tone) => tone.style.width);
    expect(widths).toEqual(['12.5%', '37.5%']);
  });

  it.each(['different-file', 'upload-not-found'])(
    'that is no rest of an upload (%s) can be a new file',
    async (code) => {
      const look = snapshot('failed', { problem: refused(code, 'No', 'Not the same.') });
      const fixture = TestBed.createComponent(TransferRow);
      fixture.componentRef.setInput('transfer', { ...transfer('report.pdf', look), continues: true });
      fixture.componentRef.setInput('snapshot', look);
      await fixture.whenStable();
      const element = fixture.nativeElement as HTMLElement;
      let anew = 0;
      fixture.componentInstance.startOver.subscribe(() => anew++);
      expect(labels(element)).toEqual(['Cancel report.pdf', 'Upload report.pdf as a new file']);
      element.querySelector<HTMLElement>('.problem button')?.click();
      expect(anew).toBe(1);
    },
  );

  it('hides nothing of a name, and runs nothing in it', async () => {
    const element = await row(snapshot('queued'), 'photo\u202egnp.<img src=x onerror=alert(1)>');
    expect(text(element.querySelector('.name'))).toBe('photoU+202Egnp.<img src=x onerror=alert(1)>');
    expect(element.querySelector('img')).toBeNull();
    expect(labels(element)[0]).toContain('[U+202E]');
  });

  it('keeps the focus when its button goes away', async () => {
    const element = await row(snapshot('sending'));
    document.body.append(element);
    element.querySelector<HTMLElement>('button')?.focus();
    element.querySelector<HTMLElement>('button')?.click();
    expect(document.activeElement).toBe(element);
    element.remove();
  });
});
