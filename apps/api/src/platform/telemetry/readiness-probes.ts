import { Injectable } from '@nestjs/common';

/** Checks that must pass before the server takes traffic; each module adds its own. */
@Injectable()
export class ReadinessProbes {
  private readonly probes = new Map<string, () => Promise<void>>();

  /** @param probe rejects when the part named is not usable */
  add(name: string, probe: () => Promise<void>): void {
    this.probes.set(name, probe);
  }

  /** Runs all of them; the names of those that failed, with the cause. */
  async failures(): Promise<{ readonly name: string; readonly cause: unknown }[]> {
    const results = await Promise.allSettled([...this.probes.values()].map((probe) => probe()));
    const names = [...this.probes.keys()];
    return results.flatMap((result, index) =>
      result.status === 'rejected' ? [{ name: names[index] ?? '', cause: result.reason as unknown }] : [],
    );
  }
}
