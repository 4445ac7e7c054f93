import { describe, expect, it } from '@jest/globals';
import { dataTransfer } from '../../../test/fake-entries.js';
import { takePasted } from './pasted-files.js';

describe('what a paste holds', () => {
  it('gives pictures without a name one with the time', () => {
    const pasted = takePasted(
      dataTransfer({ files: [new File(['x'], 'image.png', { type: 'image/png' }), new File([], 'notes.txt')] }),
      new Date(2026, 0, 2, 3, 4, 5),
    );
    expect(pasted.files.map(({ name }) => name)).toEqual(['Pasted picture 2026-01-02 03.04.05.png', 'notes.txt']);
    expect(pasted.files[0]).toMatchObject({ type: 'image/png', size: 1 });
  });
});
