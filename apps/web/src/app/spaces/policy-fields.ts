import { type Policy, isExtension, isMediaTypePattern, nameKey } from '@stowage/contract';
import { inPlainDigits } from '../language/spoken.js';
import { say } from '../language/say.js';

const BYTES_PER_MB = 1_000_000;

/** The parts of a policy that are written as text. */
export type PolicyFieldKey = Exclude<keyof Policy, 'conflict'>;

/** What was read, or why that is not possible; a sentence. */
export type Parsed =
  { readonly ok: true; readonly part: Partial<Policy> } | { readonly ok: false; readonly fault: string };

/** How the form asks for one part of a policy. */
export interface PolicyField {
  readonly key: PolicyFieldKey;
  /** For the keyboard on a screen. */
  readonly inputmode: 'text' | 'decimal';
  readonly print: (policy: Policy) => string;
  readonly parse: (text: string) => Parsed;
}

/** In the order in which the form has them. */
export const POLICY_FIELDS: readonly PolicyField[] = [
  listField('allowedExtensions', extensionOf),
  listField('deniedExtensions', extensionOf),
  listField('allowedTypes', mediaTypeOf),
  listField('deniedTypes', mediaTypeOf),
  {
    key: 'maxFileSize',
    inputmode: 'decimal',
    print: ({ maxFileSize }) => (maxFileSize === null ? '' : inPlainDigits(maxFileSize / BYTES_PER_MB)),
    parse: parseSize,
  },
];

/** An entry of a list as policies have it, or why it cannot be one. */
type Entry = { readonly value: string } | { readonly fault: string };

function listField(key: Exclude<PolicyFieldKey, 'maxFileSize'>, entryOf: (word: string) => Entry): PolicyField {
  const parse = (text: string): Parsed => {
    const entries = new Set<string>();
    for (const word of text.split(/[\s,;]+/u).filter((one) => one !== '')) {
      const entry = entryOf(word);
      if ('fault' in entry) return { ok: false, fault: entry.fault };
      entries.add(entry.value);
    }
    return { ok: true, part: { [key]: [...entries] } };
  };
  return { key, inputmode: 'text', print: (policy) => policy[key].join(', '), parse };
}

function extensionOf(word: string): Entry {
  const value = nameKey(word.replace(/^\*?\./u, ''));
  return isExtension(value) ? { value } : { fault: say('spaces.policyFault.extension', { word }) };
}

function mediaTypeOf(word: string): Entry {
  const value = word.toLowerCase();
  return isMediaTypePattern(value) ? { value } : { fault: say('spaces.policyFault.type', { word }) };
}

function parseSize(written: string): Parsed {
  const text = written.trim().replace(',', '.');
  if (text === '') return { ok: true, part: { maxFileSize: null } };
  const maxFileSize = /^\d+(\.\d+)?$/u.test(text) ? Math.round(Number(text) * BYTES_PER_MB) : 0;
  return maxFileSize > 0 && Number.isSafeInteger(maxFileSize)
    ? { ok: true, part: { maxFileSize } }
    : { ok: false, fault: say('spaces.policyFault.size') };
}
