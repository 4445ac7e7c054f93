import type { FileNode } from './file-node.js';
import type { Survival } from './survival.js';

/** What a name stands for. */
export type Node = FileNode | FolderNode;

/** A name given or (null) taken away, that no sync of its folder has covered yet. */
interface Change {
  readonly name: string;
  readonly node: Node | null;
}

/** A folder as the disk has it, and the changes of its names above that. */
export class FolderNode {
  private readonly live = new Map<string, Node>();
  private readonly durable = new Map<string, Node>();
  private pending: Change[] = [];

  /** What a name stands for now. */
  get(name: string): Node | undefined {
    return this.live.get(name);
  }

  /** Gives a name that is on the disk already. */
  load(name: string, node: Node): void {
    this.live.set(name, node);
    this.durable.set(name, node);
  }

  /** Gives a name, or takes it away. */
  set(name: string, node: Node | null): void {
    apply(this.live, { name, node });
    this.pending.push({ name, node });
  }

  /** What a sync that begins now will have made durable when it ends. */
  beginSync(): readonly Change[] {
    return [...this.pending];
  }

  /** Ends a sync. */
  endSync(covered: readonly Change[]): void {
    for (const change of covered) if (this.pending.includes(change)) apply(this.durable, change);
    this.pending = this.pending.filter((change) => !covered.includes(change));
  }

  /** What a power cut leaves: each name after some of its own changes, whatever became of the others. */
  afterCut(survival: Survival): Map<string, Node> {
    const left = new Map(this.durable);
    for (const name of new Set(this.pending.map((change) => change.name))) {
      const own = this.pending.filter((change) => change.name === name);
      for (const change of own.slice(0, survival.changes(own.length))) apply(left, change);
    }
    return left;
  }
}

function apply(names: Map<string, Node>, { name, node }: Change): void {
  if (node === null) names.delete(name);
  else names.set(name, node);
}
