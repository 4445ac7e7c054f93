import type { ConflictPolicy } from '@stowage/contract';
import { writeNothing } from './model-bytes.js';
import { contiguousEnd, type BeginFacts, type Model, type ModelUpload } from './model.js';

/** What beginning an upload has to be answered with. */
export function begin(model: Model, facts: BeginFacts, asksAgain: boolean): string {
  const known =
    facts.key === null ? undefined : model.uploads.find(({ facts: f, gone }) => !gone && f.key === facts.key);
  const refused = known !== undefined && ['failed', 'cancelled', 'expired'].includes(known.state);
  if (known !== undefined && !(refused && asksAgain)) return resume(model, known, facts);
  const isTaken = model.isTaken(facts.name) && facts.conflict === 'reject';
  if (known !== undefined) {
    if (isTaken && known.reason === 'name-taken') return 'name-taken';
    known.gone = true;
  }
  if (isTaken) return tombstone(model, facts, 'name-taken');
  if (model.countOpen() >= model.mostOpen) return 'too-many-uploads';
  if (!model.fits(facts.length ?? 0)) return tombstone(model, facts, 'quota-exceeded');
  const upload = added(model, facts);
  return facts.length === 0 ? writeNothing(model, upload) : upload.state;
}

function resume(model: Model, known: ModelUpload, facts: BeginFacts): string {
  const answer = model.answer(known);
  if (answer !== 'receiving' && answer !== 'complete') return answer;
  if (facts.key?.startsWith('rest/') === true) {
    if (JSON.stringify(facts) !== JSON.stringify(known.facts)) return 'idempotency-key-reused';
  } else if (known.length !== facts.length || known.facts.chunkSize !== facts.chunkSize || known.name !== facts.name) {
    return 'upload-mismatch';
  }
  return known.length === 0 ? writeNothing(model, known) : answer;
}

function tombstone(model: Model, facts: BeginFacts, reason: string): string {
  if (facts.key !== null) model.end(added(model, facts), 'failed', reason);
  return reason;
}

function added(model: Model, facts: BeginFacts): ModelUpload {
  const { name, conflict, length } = facts;
  const nothing = { held: [], received: 0, chunks: [], due: false, old: false, gone: false };
  const upload: ModelUpload = { id: '', facts, name, conflict, length, state: 'receiving', reason: null, ...nothing };
  model.uploads.push(upload);
  return upload;
}

/** What asking for the file has to be answered with. */
export function complete(model: Model, upload: ModelUpload, name?: string, conflict?: ConflictPolicy): string {
  const answer = model.answer(upload);
  const target = { name: name ?? upload.name, conflict: conflict ?? upload.conflict };
  if (answer === 'complete')
    return target.name === upload.name && target.conflict === upload.conflict ? answer : 'upload-finished';
  if (answer !== 'receiving') return answer;
  if (upload.received !== (upload.length ?? contiguousEnd(upload))) return 'upload-incomplete';
  Object.assign(upload, target, { reason: null, length: upload.received });
  return upload.length === 0 ? writeNothing(model, upload) : model.seal(upload);
}

/** What asking for more time has to be answered with. */
export function extend(model: Model, upload: ModelUpload): string {
  const answer = model.answer(upload);
  if (answer === 'complete') return 'upload-finished';
  if (answer === 'receiving') upload.due = false;
  return answer;
}

/** What a cancel has to be answered with. */
export function cancel(model: Model, upload: ModelUpload): string {
  if (upload.gone) return 'upload-not-found';
  if (upload.state === 'complete') return 'upload-finished';
  if (upload.state === 'receiving') model.end(upload, 'cancelled');
  return 'cancelled';
}
