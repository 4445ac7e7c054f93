import { describe, expect, it } from '@jest/globals';
import { storedLink } from '../../../test/fake-links.js';
import { type LinkFields, fieldsOf, wishOf } from './link-wish.js';

const NOW = new Date(2026, 0, 15, 12);
const fields = (changes: Partial<LinkFields> = {}): LinkFields => ({ ...fieldsOf(null), ...changes });
const share = (changes: Partial<LinkFields>) => wishOf(fields(changes), 'share', NOW);
const request = (changes: Partial<LinkFields>) => wishOf(fields(changes), 'request', NOW);

describe('what is typed into the form of a link', () => {
  it('limits nothing where it is empty', () => {
    expect(share({})).toEqual({ title: '', note: '', expiresAt: null, maxDownloads: null });
    expect(request({})).toEqual({
      ...{ title: '', note: '', expiresAt: null, maxUploads: null },
      ...{ maxFileSize: null, allowedExtensions: null, askName: false },
    });
  });

  it('lets the last day be over before the link is, also when that day is today', () => {
    const today = share({ lastDay: '2026-01-15' });
    expect(today).toMatchObject({ expiresAt: new Date(2026, 0, 15, 23, 59, 59, 999).toISOString() });
    expect(fieldsOf(storedLink({ expiresAt: (today as { expiresAt: string }).expiresAt })).lastDay).toBe('2026-01-15');
  });

  it.each(['2026-01-14', 'tomorrow', '2026-13-01'])('is no last day when it is %s', (lastDay) => {
    expect(share({ lastDay })).toBe('day');
  });

  it.each(['0', '-1', '1.5', 'many', '1e99', 'Infinity'])('is no number of downloads when it is %s', (most) => {
    expect(share({ most })).toBe('most');
    expect(request({ most })).toBe('most');
  });

  it('takes megabytes with a fraction, and none that are less than a byte or more than a number holds', () => {
    expect(request({ megabytes: '1.5' })).toMatchObject({ maxFileSize: 1_500_000 });
    for (const megabytes of ['0', '-3', '0.0000001', 'big', '1e300']) expect(request({ megabytes })).toBe('size');
  });

  it('finds extensions however they are written, each once', () => {
    expect(request({ types: '.PDF, *.jpg;png  pdf' })).toMatchObject({ allowedExtensions: ['pdf', 'jpg', 'png'] });
    expect(request({ types: ' , ' })).toMatchObject({ allowedExtensions: null });
    for (const types of ['tar.gz', 'a/b', 'x'.repeat(33)]) expect(request({ types })).toBe('types');
  });

  it('keeps the password of a link that is there unless a new one is typed or it is removed', () => {
    expect(share({})).not.toHaveProperty('password');
    expect(share({ password: ' with blanks ' })).toMatchObject({ password: ' with blanks ' });
    expect(share({ password: 'typed', removePassword: true })).toMatchObject({ password: null });
  });

  it('is what the link says when one that is there is changed', () => {
    const link = storedLink({
      ...{ kind: 'request', title: 'Photos', note: 'of the trip', maxUploads: 20, maxFileSize: 2_500_000 },
      ...{ allowedExtensions: ['jpg', 'raw'], askName: true, hasPassword: true },
    });
    expect(fieldsOf(link)).toEqual({
      ...{ title: 'Photos', note: 'of the trip', password: '', removePassword: false, lastDay: '', most: '20' },
      ...{ megabytes: '2.5', types: 'jpg, raw', askName: true },
    });
    expect(wishOf(fieldsOf(link), 'request', NOW)).toMatchObject({
      maxUploads: 20,
      maxFileSize: 2_500_000,
      askName: true,
    });
  });
});
