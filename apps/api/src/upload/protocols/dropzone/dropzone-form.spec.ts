import { describe, expect, it } from '@jest/globals';
import { FORM_FIELDS } from '@stowage/contract';
import fc from 'fast-check';
import { parseConfiguration } from '../../../platform/config/configuration.js';
import { ProblemError } from '../../../platform/http/problem-error.js';
import { parseDropzoneForm } from './dropzone-form.js';

const { limits } = parseConfiguration({ DATABASE_URL: 'postgres://x/y' });
const GIB = 1024 ** 3;

type Fields = Readonly<Record<string, string>>;

/** The dz fields of chunk 2 of a file of 25 bytes in chunks of 10. */
const CHUNK: Fields = {
  dzuuid: '3b241101-e2bb-4255-8caf-4136c566a962',
  dzchunkindex: '1',
  dztotalfilesize: '25',
  dzchunksize: '10',
  dztotalchunkcount: '3',
  dzchunkbyteoffset: '10',
};

function parse(fields: Fields, file: { fileName?: string; maxLength?: number | null } = {}) {
  const facts = { fileName: 'report.pdf', mediaType: 'application/pdf', maxLength: null, ...file };
  return parseDropzoneForm({ ...facts, fields: new Map(Object.entries(fields)) }, limits);
}

/** The code of the refusal, or null. */
function codeOf(fields: Fields, file: { fileName?: string; maxLength?: number | null } = {}): string | null {
  try {
    parse(fields, file);
    return null;
  } catch (error) {
    if (error instanceof ProblemError) return error.code;
    throw error;
  }
}

/** The fields that Dropzone sends for one chunk. */
function planned(totalSize: number, chunkSize: number, index: number): Fields {
  return {
    ...CHUNK,
    dzchunkindex: String(index),
    dztotalfilesize: String(totalSize),
    dzchunksize: String(chunkSize),
    dztotalchunkcount: String(Math.max(1, Math.ceil(totalSize / chunkSize))),
    dzchunkbyteoffset: String(index * chunkSize),
  };
}

describe('a chunk', () => {
  it('says where its bytes go', () => {
    expect(parse(CHUNK)).toEqual({
      name: 'report.pdf',
      path: '',
      space: null,
      folder: null,
      mediaType: 'application/pdf',
      declaredSha256: null,
      chunk: { key: CHUNK['dzuuid'], index: 1, count: 3, totalSize: 25, chunkSize: 10, offset: 10, length: 10 },
    });
  });

  it('is shorter at the end of the file', () => {
    expect(parse(planned(25, 10, 2)).chunk).toMatchObject({ offset: 20, length: 5 });
    expect(parse(planned(30, 10, 2)).chunk).toMatchObject({ offset: 20, length: 10 });
  });

  it('is one of no bytes for an empty file', () => {
    expect(parse(planned(0, 10, 0)).chunk).toMatchObject({ count: 1, offset: 0, length: 0 });
  });

  it('is accepted with the right place, whatever the file and the chunk size', () => {
    const size = fc.oneof(fc.nat(5_000), fc.integer({ min: 0, max: limits.maxFileSize }));
    const chunkSize = fc.oneof(fc.integer({ min: 1, max: 1_000 }), fc.integer({ min: 16 * 1024 ** 2, max: GIB }));
    fc.assert(
      fc.property(size, chunkSize, fc.nat(), (total, each, seed) => {
        const count = Math.max(1, Math.ceil(total / each));
        fc.pre(count <= limits.maxChunks);
        const index = seed % count;
        const { chunk } = parse(planned(total, each, index));
        expect(chunk?.offset).toBe(index * each);
        expect(chunk?.length).toBe(index === count - 1 ? total - index * each : each);
      }),
      { numRuns: 500 },
    );
  });

  it('of every index of a file fits to the next without a gap', () => {
    fc.assert(
      fc.property(fc.nat(500), fc.integer({ min: 1, max: 60 }), (total, each) => {
        let at = 0;
        for (let index = 0; index < Math.max(1, Math.ceil(total / each)); index++) {
          const { chunk } = parse(planned(total, each, index));
          expect(chunk?.offset).toBe(at);
          at += chunk?.length ?? NaN;
        }
        expect(at).toBe(total);
      }),
    );
  });

  it('is refused when any of its numbers is another', () => {
    const numbers = ['dzchunkindex', 'dztotalfilesize', 'dzchunksize', 'dztotalchunkcount', 'dzchunkbyteoffset'];
    const plan = fc.record({
      total: fc.integer({ min: 1, max: 5_000 }),
      each: fc.integer({ min: 1, max: 500 }),
      seed: fc.nat(),
      field: fc.constantFrom(...numbers),
      other: fc.nat(6_000),
    });
    fc.assert(
      fc.property(plan, ({ total, each, seed, field, other }) => {
        const count = Math.ceil(total / each);
        const fields = planned(total, each, seed % count);
        fc.pre(fields[field] !== String(other));
        const changed = { ...fields, [field]: String(other) };
        // Another total or chunk size can describe another file just as well; the upload then compares it with its own.
        const alsoAGrid =
          (field === 'dztotalfilesize' && Math.max(1, Math.ceil(other / each)) === count) ||
          (field === 'dzchunksize' && other > 0 && seed % count === 0 && Math.ceil(total / other) === count);
        expect(codeOf(changed) === null).toBe(alsoAGrid);
      }),
      { numRuns: 1000 },
    );
  });

  it.each<[string, Fields, string]>([
    ['an offset that is not index × size', { dzchunkbyteoffset: '11' }, 'offset-mismatch'],
    ['an offset of nought for index 1', { dzchunkbyteoffset: '0' }, 'offset-mismatch'],
    ['a chunk too many', { dztotalchunkcount: '4' }, 'chunk-count-mismatch'],
    ['a chunk too few', { dztotalchunkcount: '2' }, 'chunk-count-mismatch'],
    ['a count of nought', { dztotalchunkcount: '0' }, 'chunk-count-mismatch'],
    ['an index beyond the end', { dzchunkindex: '3', dzchunkbyteoffset: '30' }, 'invalid-field'],
    ['chunks of no bytes', { dzchunksize: '0', dzchunkbyteoffset: '0' }, 'invalid-field'],
    ['chunks of more than 1 GiB', { dzchunksize: String(GIB + 1) }, 'chunk-too-large'],
    ['a file of more than 16 TiB', { dztotalfilesize: String(16 * 1024 ** 4 + 1) }, 'file-too-large'],
    ['more than a million chunks', { ...planned(1_000_001, 1, 0) }, 'too-many-chunks'],
    ['a total far beyond', { dztotalfilesize: '9007199254740991' }, 'file-too-large'],
    ['a key of no characters', { dzuuid: '' }, 'invalid-field'],
    ['a key of 129 characters', { dzuuid: 'x'.repeat(129) }, 'invalid-field'],
    ['a key with a blank', { dzuuid: 'a b' }, 'invalid-field'],
    ['a key with a control character', { dzuuid: 'a\0b' }, 'invalid-field'],
    ['a key that is not ASCII', { dzuuid: 'é' }, 'invalid-field'],
    ['a digest of another kind', { sha256: 'ab'.repeat(20) }, 'invalid-field'],
    ['a digest that is no hex', { sha256: 'xy'.repeat(32) }, 'invalid-field'],
    ['an empty name', { name: '' }, 'invalid-name'],
    ['a name that leaves the folder', { name: '../x' }, 'invalid-name'],
    ['a path that leaves the root', { path: '../x' }, 'invalid-path'],
    ['an absolute path', { path: '/etc' }, 'invalid-path'],
  ])('is refused with %s', (_, fields, code) => {
    expect(codeOf({ ...CHUNK, ...fields })).toBe(code);
  });

  it('may have a million chunks, and 16 TiB', () => {
    expect(codeOf(planned(1_000_000, 1, 999_999))).toBeNull();
    expect(codeOf(planned(16 * 1024 ** 4, GIB, 16_383))).toBeNull();
  });

  it.each([
    '-1',
    '+5',
    '05',
    '00',
    ' 5',
    '5 ',
    '1e3',
    '0x10',
    '10abc',
    '∞',
    '9007199254740992',
    '9'.repeat(99),
    '',
    '1.0',
    '1_000',
    '1,000',
    '٣',
    '５',
    'NaN',
    'Infinity',
    'null',
    '5\n',
    '5\0',
    '-0',
  ])('is refused when a number is written %j', (text) => {
    for (const field of ['dzchunkindex', 'dztotalfilesize', 'dzchunksize', 'dztotalchunkcount', 'dzchunkbyteoffset']) {
      expect(codeOf({ ...CHUNK, [field]: text })).toBe('invalid-field');
    }
  });

  it('needs all of the dz fields', () => {
    const names = Object.keys(CHUNK);
    for (const missing of names) {
      const fields = Object.fromEntries(Object.entries(CHUNK).filter(([name]) => name !== missing));
      expect(() => parse(fields)).toThrow(
        expect.objectContaining({ code: 'missing-field', message: `Missing: ${missing}.` }),
      );
    }
    expect(() => parse({ dzuuid: 'x' })).toThrow(/^Missing: dzchunkindex, .*dzchunkbyteoffset\.$/u);
  });

  it.each(['../../etc/passwd', '..', '.', 'a/b', 'a\\b', '%2e%2e', "'--", '<b>'])(
    'is refused with a key that looks like a path or code, though it is never used as one: %j',
    (dzuuid) => {
      expect(codeOf({ ...CHUNK, dzuuid })).toBe('invalid-field');
    },
  );

  it('may have any key that people make ids of', () => {
    for (const dzuuid of ['x', '...', 'x'.repeat(128), 'report.pdf-25@2026-11-22T21:34:05+01:00', 'a~b_c=d,e']) {
      expect(parse({ ...CHUNK, dzuuid }).chunk?.key).toBe(dzuuid);
    }
  });

  it('is refused before a byte is read when the body cannot hold it', () => {
    expect(codeOf(CHUNK, { maxLength: 9 })).toBe('size-mismatch');
    expect(codeOf(CHUNK, { maxLength: 10 })).toBeNull();
    // Fields and line ends may follow the file, so a body may be longer.
    expect(codeOf(CHUNK, { maxLength: 500 })).toBeNull();
    expect(codeOf(planned(25, 10, 2), { maxLength: 5 })).toBeNull();
  });
});

describe('a plain form', () => {
  it('is the whole file', () => {
    expect(parse({})).toMatchObject({ name: 'report.pdf', path: '', chunk: null });
    expect(parse({ anything: 'else' }).chunk).toBeNull();
  });

  it('is refused when it must be larger than any file', () => {
    expect(codeOf({}, { maxLength: limits.maxFileSize })).toBeNull();
    // Behind the last boundary most clients send a line end, which looks like two bytes more.
    expect(codeOf({}, { maxLength: limits.maxFileSize + 2 })).toBeNull();
    expect(codeOf({}, { maxLength: limits.maxFileSize + 3 })).toBe('file-too-large');
    expect(codeOf({}, { maxLength: null })).toBeNull();
  });

  it('needs a name of its own or of its file', () => {
    expect(codeOf({}, { fileName: '' })).toBe('invalid-name');
    expect(parse({ name: 'x' }, { fileName: '' }).name).toBe('x');
  });
});

describe('the other fields', () => {
  it('may name the file, which wins over the name that a form can carry', () => {
    expect(parse({ [FORM_FIELDS.name]: 'a%22b' }, { fileName: 'a"b' }).name).toBe('a%22b');
  });

  it('may name the folder, and the file at its end once more', () => {
    expect(parse({ path: 'a/b' }).path).toBe('a/b');
    expect(parse({ path: 'a/b/' }).path).toBe('a/b');
    expect(parse({ path: 'a/b/report.pdf' }).path).toBe('a/b');
    expect(parse({ path: 'report.pdf' }).path).toBe('');
    expect(parse({ path: '' }).path).toBe('');
  });

  it('may declare a digest, in any case', () => {
    expect(parse({ sha256: 'AB'.repeat(32) }).declaredSha256).toBe('ab'.repeat(32));
    expect(parse({ sha256: '' }).declaredSha256).toBeNull();
  });

  it('may say which space it goes into', () => {
    const id = 'c3BhY2UgdGhhdCBoYXMgYSBp';
    expect(parse({ space: id }).space).toBe(id);
    expect(parse({ space: '' }).space).toBeNull();
    for (const space of ['..', 'x'.repeat(21), `${id}/`, `${id}\0`]) expect(codeOf({ space })).toBe('invalid-field');
  });

  it('may be there without being known', () => {
    expect(codeOf({ ...CHUNK, _csrf: 'x', __proto__: 'y', constructor: 'z' })).toBeNull();
  });
});
