import { FORM_FIELDS } from '@stowage/contract';
import { Batch } from '../../../platform/http/batch.js';
import { FormError, malformed, overLimit } from './form-errors.js';
import type { FormLimits } from './form-limits.js';
import type { PartSink } from './multipart-scanner.js';
import { decodeUtf8, parsePartHeaders, type PartHeaders } from './part-headers.js';

/** Where the bytes of the file go. */
export interface FileSink {
  add(bytes: Buffer): void;
  endFile(): void;
}

/** Says that the file begins, after all fields that count: `offset` bytes of the form lie before its content. */
export type FileOpener = (headers: PartHeaders & { readonly fileName: string }, offset: number) => FileSink;

type FileHeaders = Parameters<FileOpener>[0];

/** A value while it is read. */
interface Field {
  readonly name: string;
  readonly maxBytes: number;
  /** Null for a field that nobody will ask for: it is counted and forgotten. */
  readonly value: Batch | null;
  bytes: number;
}

const KNOWN_FIELDS: ReadonlySet<string> = new Set(Object.values(FORM_FIELDS));

/** Makes fields and one file of a form's parts, and enforces the rules between them. */
export class FormAssembler implements PartSink {
  /** The fields before the file, the first of each name. A Map: `__proto__` is a name like any other. */
  readonly fields = new Map<string, string>();
  private partCount = 0;
  private fieldCount = 0;
  private field: Field | null = null;
  private file: FileSink | null = null;
  /** True while the part being read is the file. */
  private inFile = false;
  /** A file part without a name, and its place: nothing yet, because an untouched file input sends just that. */
  private unnamed: { readonly headers: FileHeaders; readonly offset: number } | null = null;

  constructor(
    private readonly limits: FormLimits,
    private readonly openFile: FileOpener,
  ) {}

  partBegin(block: Buffer, offset: number): void {
    this.partCount += 1;
    if (this.partCount > this.limits.maxParts) {
      throw overLimit(`A form can have ${this.limits.maxParts} parts at most.`);
    }
    const headers = parsePartHeaders(block, this.limits);
    const { fileName } = headers;
    if (fileName === null) this.beginField(headers.name);
    else if (fileName === '') this.unnamed = { headers: { ...headers, fileName }, offset };
    else this.beginFile({ ...headers, fileName }, offset);
  }

  partData(bytes: Buffer): void {
    if (this.unnamed !== null) {
      const { headers, offset } = this.unnamed;
      this.unnamed = null;
      this.beginFile(headers, offset);
    }
    if (this.inFile) this.file?.add(bytes);
    else if (this.field !== null) addToField(this.field, bytes);
  }

  partEnd(): void {
    if (this.inFile) this.file?.endFile();
    else if (this.field !== null) this.keep(this.field);
    this.inFile = false;
    this.field = null;
    this.unnamed = null;
  }

  private beginFile(headers: FileHeaders, offset: number): void {
    if (this.file !== null) throw new FormError('several-files', 'A form can carry one file only.');
    this.file = this.openFile(headers, offset);
    this.inFile = true;
  }

  private beginField(name: string): void {
    this.fieldCount += 1;
    if (this.fieldCount > this.limits.maxFields) {
      throw overLimit(`A form can have ${this.limits.maxFields} fields at most.`);
    }
    if (KNOWN_FIELDS.has(name)) {
      if (this.file !== null) throw new FormError('field-after-file', `The field ${name} must come before the file.`);
      if (this.fields.has(name)) throw new FormError('invalid-field', `The form has the field ${name} twice.`);
    }
    const maxBytes = name === FORM_FIELDS.path ? this.limits.maxPathValueBytes : this.limits.maxFieldValueBytes;
    const kept = this.file === null && !this.fields.has(name);
    this.field = { name, maxBytes, value: kept ? new Batch() : null, bytes: 0 };
  }

  private keep(field: Field): void {
    if (field.value === null) return;
    const value = decodeUtf8(Buffer.concat(field.value.take()));
    if (value === null) throw malformed('The value of a form field is not valid UTF-8.');
    this.fields.set(field.name, value);
  }
}

function addToField(field: Field, bytes: Buffer): void {
  field.bytes += bytes.length;
  if (field.bytes > field.maxBytes) {
    throw overLimit(`The value of a form field can have ${field.maxBytes} bytes at most.`);
  }
  field.value?.add(bytes);
}
