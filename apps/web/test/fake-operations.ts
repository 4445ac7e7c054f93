import { type CreateOperation, type Entry, type Operation, PROBLEMS, type ProblemCode } from '@stowage/contract';
import { refusal, response } from './fake-answers.js';

type Action = CreateOperation['action'];
/** Does one thing with one entry; why not, or null. */
type Step = (action: Action, id: string, wanted: Partial<CreateOperation>) => ProblemCode | null;

interface Run {
  told: Operation;
  left: string[];
  readonly wanted: Partial<CreateOperation>;
}

/** Things done with many entries on a server in memory: each look at one takes it a step further. */
export class FakeOperations {
  /** How many entries a step goes through. */
  stride = Infinity;
  #runs: Run[] = [];
  #made = 0;

  constructor(private readonly step: Step) {}

  answer(method: string, id: string, wanted: CreateOperation): Response {
    if (method === 'POST') return this.begin(wanted.action, wanted.entries, wanted, 202);
    if (id === '') return response(200, JSON.stringify({ operations: this.#runs.map(({ told }) => told) }));
    const run = this.#runs.find(({ told }) => told.id === id);
    if (run === undefined) return refusal('operation-not-found');
    if (method === 'DELETE') this.#end(run, 'cancelled');
    else this.#go(run);
    return response(200, JSON.stringify(run.told));
  }

  /** Begins one, of ids or of entries. */
  begin(
    action: Action,
    entries: readonly (string | Entry)[],
    wanted: Partial<CreateOperation> = {},
    status = 202,
  ): Response {
    const left = entries.map((entry) => (typeof entry === 'string' ? entry : entry.id));
    const told: Operation = {
      id: `operation${String(++this.#made).padStart(15, '0')}`,
      action,
      state: 'running',
      total: left.length,
      done: 0,
      failed: 0,
      failures: [],
      createdAt: '2026-01-03T03:04:05.000Z',
      endedAt: null,
    };
    const run = { told, left, wanted };
    this.#runs.unshift(run);
    return response(status, JSON.stringify(told));
  }

  #go(run: Run): void {
    if (run.told.state !== 'running') return;
    for (const id of run.left.splice(0, this.stride)) {
      const code = this.step(run.told.action, id, run.wanted);
      const { done, failed, failures } = run.told;
      run.told = { ...run.told, done: done + 1 };
      if (code === null) continue;
      const failure = { entry: id, name: id, code, detail: PROBLEMS[code].title };
      run.told = { ...run.told, failed: failed + 1, failures: [...failures, failure] };
    }
    if (run.left.length === 0) this.#end(run, 'done');
  }

  #end(run: Run, state: Operation['state']): void {
    run.told = { ...run.told, state, endedAt: '2026-01-03T03:05:05.000Z' };
  }
}
