/** What whoever waits for a call after the power cut gets when the test ends. */
export class PowerCut extends Error {
  override readonly name = 'PowerCut';

  constructor() {
    super('The power is cut.');
  }
}

/** Where the power is cut: at a step by its number, or when one of a name is taken so many times; both from 1 on. */
export type Stop = { readonly step: number } | { readonly name: string; readonly times: number };

/** As long as the story goes. */
export const AT_THE_END: Stop = { step: Infinity };

/**
 * Runs every call to disk and database as two steps, one before and one after it, and can cut the power at any of them.
 * From then on no call begins, and none that has ended is heard of: what waits, waits for ever, as in a dead process.
 */
export class Power {
  /** How often each step was taken, by name. */
  readonly taken = new Map<string, number>();
  /** The step at which the power was cut. */
  cutAt: string | null = null;
  /** Settles when the power is cut. */
  readonly cut: Promise<void>;
  private tellCut: () => void = () => undefined;
  private steps = 0;
  private ended = false;
  private running = 0;
  private readonly hanging: ((error: Error) => void)[] = [];

  constructor(private readonly stop: Stop) {
    this.cut = new Promise((resolve) => (this.tellCut = resolve));
  }

  /** Cuts the power now. */
  turnOff(name = 'the end'): void {
    if (this.cutAt !== null) return;
    this.cutAt = name;
    this.tellCut();
  }

  /**
   * Does one call.
   * @param happened runs when it has succeeded while there is power: only then it is certain to have happened
   */
  async call<T>(name: string, work: () => Promise<T>, happened: (result: T) => void = () => undefined): Promise<T> {
    await this.step(`before ${name}`);
    const result = await this.performed(work);
    if (this.cutAt === null) happened(result);
    await this.step(`after ${name}`);
    return result;
  }

  private async performed<T>(work: () => Promise<T>): Promise<T> {
    this.running++;
    try {
      return await work();
    } catch (error) {
      if (this.cutAt === null) throw error;
    } finally {
      this.running--;
    }
    return this.hang();
  }

  private async step(name: string): Promise<void> {
    if (this.cutAt !== null) await this.hang();
    const times = (this.taken.get(name) ?? 0) + 1;
    this.taken.set(name, times);
    this.steps++;
    const { stop } = this;
    if ('step' in stop ? stop.step !== this.steps : stop.name !== name || stop.times !== times) return;
    this.turnOff(name);
    await this.hang();
  }

  private hang(): Promise<never> {
    if (this.ended) return Promise.reject(new PowerCut());
    return new Promise((_, reject) => this.hanging.push(reject));
  }

  /** True while no call is at work: once the power is cut, nothing touches disk or database any more. */
  get quiet(): boolean {
    return this.running === 0;
  }

  /** Lets go of everything that waits, with an error, so that the test can end. */
  end(): void {
    this.turnOff();
    this.ended = true;
    for (const reject of this.hanging.splice(0)) reject(new PowerCut());
  }
}
