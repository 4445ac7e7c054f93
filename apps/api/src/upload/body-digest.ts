import { createHash, type Hash } from 'node:crypto';
import { crc32c } from '@node-rs/crc32';
import { parseDigestField, printDigestField, type DeclaredDigest, type DigestAlgorithm } from '@stowage/contract';
import { ProblemError } from '../platform/http/problem-error.js';

/** A digest that is computed while the bytes pass. */
interface Running {
  update(bytes: Buffer): void;
  /** Base64. */
  end(): string;
}

/** Checks bytes, while they pass, against what the client says their digests are. */
export class BodyDigest {
  /** What was declared, always printed the same way. */
  readonly declared: string;
  private readonly running: readonly { readonly digest: DeclaredDigest; readonly computed: Running }[];

  /** @param digests at least one; all of them have to be right */
  constructor(digests: readonly DeclaredDigest[]) {
    this.declared = printDigestField(digests);
    this.running = digests.map((digest) => ({ digest, computed: begin(digest.algorithm) }));
  }

  /** True when the same bytes cannot have both these digests and the ones of another declaration. */
  contradicts(declared: string): boolean {
    const other = parseDigestField(declared);
    const known = new Map(other.ok ? other.digests.map(({ algorithm, value }) => [algorithm, value]) : []);
    return this.running.some(({ digest: { algorithm, value } }) => (known.get(algorithm) ?? value) !== value);
  }

  /** The next bytes. */
  update(bytes: Buffer): void {
    for (const { computed } of this.running) computed.update(bytes);
  }

  /**
   * After the last byte, once.
   * @throws ProblemError digest-mismatch
   */
  verify(): void {
    const wrong = this.running
      .filter(({ digest, computed }) => computed.end() !== digest.value)
      .map(({ digest }) => digest.algorithm);
    if (wrong.length > 0) {
      throw new ProblemError('digest-mismatch', `Nothing was kept; send the bytes again. Wrong: ${wrong.join(', ')}.`);
    }
  }
}

function begin(algorithm: DigestAlgorithm): Running {
  return algorithm === 'crc32c' ? new RunningCrc32c() : new RunningHash(createHash(algorithm.replace('-', '')));
}

class RunningHash implements Running {
  constructor(private readonly hash: Hash) {}

  update(bytes: Buffer): void {
    this.hash.update(bytes);
  }

  end(): string {
    return this.hash.digest('base64');
  }
}

class RunningCrc32c implements Running {
  private value = 0;

  update(bytes: Buffer): void {
    this.value = crc32c(bytes, this.value);
  }

  end(): string {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(this.value);
    return bytes.toString('base64');
  }
}
