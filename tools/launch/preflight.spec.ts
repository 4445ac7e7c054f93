import { describe, expect, it } from '@jest/globals';
import { describeDatabase, readableSize } from './box.mjs';
import { refuseNode } from './node-version.mjs';
import { refusePlatform } from './preflight.mjs';

describe('the check of Node', () => {
  it.each(['20.19.0', '20.20.2', '22.0.0', '24.1.0'])('lets %s in', (version) => {
    expect(refuseNode(version)).toBeUndefined();
  });

  it.each(['20.18.3', '18.20.4', '8.0.0'])('refuses %s in one sentence with the fix', (version) => {
    expect(refuseNode(version)).toMatch(/needs Node\.js 20\.19 .*install .*npm start again\.$/);
  });
});

describe('the check of the platform', () => {
  it.each([
    ['linux', 'x64'],
    ['linux', 'arm64'],
    ['darwin', 'arm64'],
  ])('lets %s-%s in', (platform, arch) => {
    expect(() => refusePlatform({ platform, arch, musl: false })).not.toThrow();
  });

  it.each([
    [{ platform: 'win32', arch: 'x64', musl: false }, /Windows/],
    [{ platform: 'linux', arch: 'x64', musl: true }, /musl/],
    [{ platform: 'linux', arch: 'riscv64', musl: false }, /linux-riscv64/],
    [{ platform: 'freebsd', arch: 'x64', musl: false }, /freebsd-x64/],
  ])('refuses %j with a sentence', (machine, words) => {
    expect(() => refusePlatform(machine)).toThrow(words);
  });
});

describe('the box', () => {
  it('shows sizes in binary units', () => {
    expect([0, 1023, 1024, 79 * 1024 ** 3, 3.5 * 1024 ** 4].map(readableSize)).toEqual([
      '0 bytes',
      '1023 bytes',
      '1.0 KiB',
      '79.0 GiB',
      '3.5 TiB',
    ]);
  });

  it('shows where a database is and never its password', () => {
    expect(describeDatabase('postgresql://me:secret@db.example:5433/stowage?sslmode=require')).toBe(
      'PostgreSQL at db.example:5433/stowage',
    );
    expect(describeDatabase('postgresql:///stowage')).toBe('PostgreSQL at localhost/stowage');
    expect(describeDatabase('no url secret')).toBe('PostgreSQL of DATABASE_URL');
  });
});
