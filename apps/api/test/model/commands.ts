import { expect } from '@jest/globals';
import type { AsyncCommand } from 'fast-check';
import type { Engine } from '../engine.js';
import { adopt } from './adopt.js';
import { checkUploads } from './checks.js';
import type { Model, ModelUpload } from './model.js';
import { answerOf, type World } from './world.js';

/** A command that can be printed and done again. */
export type ModelCommand = AsyncCommand<Model, World>;

/** One request about an upload: what the model expects of it, and how the engine is asked. */
export interface Verb {
  /** Shown in a failing sequence. */
  readonly label: string;
  /** Which upload it is about, counted from the last one that was begun. */
  readonly which: number;
  expect(model: Model, upload: ModelUpload, position: number): string;
  ask(engine: Engine, upload: ModelUpload, position: number): Promise<{ readonly state: string }>;
}

function positionOf(model: Model, which: number): number {
  return model.uploads.length - 1 - (which % model.uploads.length);
}

/** Sends one request, and compares answer and state. */
export class Ask implements ModelCommand {
  constructor(private readonly verb: Verb) {}

  check(model: Readonly<Model>): boolean {
    return model.uploads.length > 0;
  }

  async run(model: Model, world: World): Promise<void> {
    const position = positionOf(model, this.verb.which);
    const upload = model.at(position);
    const before = structuredClone(upload);
    const expected = this.verb.expect(model, upload, position);
    const answer = await answerOf(this.verb.ask(world.engine, before, position));
    expect({ request: this.toString(), answer }).toEqual({ request: this.toString(), answer: expected });
    await checkUploads(model, world);
  }

  toString(): string {
    return this.verb.label;
  }
}

/** Lets the process die in the middle of a request: what it left is as before, as after, or honestly in between. */
export class DieDuring implements ModelCommand {
  constructor(
    private readonly verb: Verb,
    private readonly step: number,
  ) {}

  check(model: Readonly<Model>): boolean {
    return model.uploads.length > 0;
  }

  async run(model: Model, world: World): Promise<void> {
    const position = positionOf(model, this.verb.which);
    const [before, after] = [model.copy(), model.copy()];
    this.verb.expect(after, after.at(position), position);
    await world.dieDuring(this.step, (engine) => this.verb.ask(engine, before.at(position), position));
    // A start does what the upkeep does.
    for (const side of [before, after]) side.upkeep();
    await adopt(model, world, { before, after, position });
    await checkUploads(model, world);
  }

  toString(): string {
    return `dies at step ${this.step} of: ${this.verb.label}`;
  }
}

/** Something that is not about one upload. */
export class Act implements ModelCommand {
  constructor(
    private readonly label: string,
    private readonly work: (model: Model, world: World) => Promise<void>,
  ) {}

  check(): boolean {
    return true;
  }

  async run(model: Model, world: World): Promise<void> {
    await this.work(model, world);
    await checkUploads(model, world);
  }

  toString(): string {
    return this.label;
  }
}
