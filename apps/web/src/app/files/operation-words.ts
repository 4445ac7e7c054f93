import { say } from '../language/say.js';
import type { OperationRun } from './operations.js';

/** What is being done, e.g. `Moving 12 items…`. */
export function operationTitle({ action, total }: Pick<OperationRun, 'action' | 'total'>): string {
  return total === null
    ? say(`files.operation.doing.${action}`)
    : say(`files.operation.doingMany.${action}`, { count: total });
}

/** How it has ended, e.g. `12 items moved.`, with what stayed as it was. */
export function operationEnd({ action, state, done, failed, problem }: OperationRun): string {
  const well = done - failed;
  if (problem !== null && well === 0) return say(`files.operation.notDone.${action}`);
  const sentences = [say(`files.operation.done.${action}`, { count: well })];
  if (failed > 0) sentences.push(say('files.operation.failed', { count: failed }));
  if (state === 'cancelled') sentences.push(say('files.operation.cancelled'));
  return sentences.join(' ');
}
