import { Random } from '../../support/random.js';

const CHUNK = 64 * 1024;
/** One content in so many is one that others have too. */
const SHARED_ONE_IN = 4;

/** Contents of files: mostly ones that nobody else has, some of a few that many have, so that blobs are shared. */
export class Contents {
  private readonly shared: readonly Buffer[];

  constructor(label: string) {
    const random = new Random(label);
    this.shared = Array.from({ length: 3 }, (_, index) =>
      random.bytes(CHUNK * (2 + index) + 1 + random.integer(CHUNK)),
    );
  }

  next(random: Random): Buffer {
    const shared = this.shared[random.integer(this.shared.length * SHARED_ONE_IN)];
    return shared ?? random.bytes(CHUNK * (2 + random.integer(10)) + random.integer(CHUNK));
  }
}
