import { TestBed } from '@angular/core/testing';
import { describe, expect, it } from '@jest/globals';
import { stage } from '../../../test/page.js';
import { ConfirmDialog } from './confirm-dialog.js';
import { Confirmation } from './confirmation.js';

const question = { title: 'Delete this file?', name: 'a\u202eb.txt', consequence: 'It is gone.', action: 'Delete' };

describe('the confirm dialog', () => {
  it('asks with the name in full view and answers yes', async () => {
    const { fixture, element, text, control } = await stage(ConfirmDialog);
    const dialog = element.querySelector('dialog');
    expect(dialog?.open).toBe(false);
    const answer = TestBed.inject(Confirmation).ask(question);
    await fixture.whenStable();
    expect(dialog?.open).toBe(true);
    expect(text()).toContain('Delete this file?');
    expect(text()).toContain('aU+202Eb.txt');
    control('Delete').click();
    await expect(answer).resolves.toBe(true);
    await fixture.whenStable();
    expect(dialog?.open).toBe(false);
  });

  it('takes escape, and the other button, as no', async () => {
    const { fixture, element, control } = await stage(ConfirmDialog);
    const confirmation = TestBed.inject(Confirmation);
    const first = confirmation.ask(question);
    await fixture.whenStable();
    element.querySelector('dialog')?.close();
    await expect(first).resolves.toBe(false);
    const second = confirmation.ask(question);
    await fixture.whenStable();
    control('Keep').click();
    await expect(second).resolves.toBe(false);
  });
});
