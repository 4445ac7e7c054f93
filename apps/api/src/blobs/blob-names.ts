import { Injectable } from '@nestjs/common';
import { InOrder } from '../platform/in-order.js';
import type { BlobKey } from './blob-store.js';

/**
 * Who gives or takes a blob's name at rest has the lock of its row, but loses it with the connection, in the middle of a
 * link or an unlink. So within the process that owns the volume one waits for the other here, and takes a name away only
 * after it has seen that the lock is still there.
 */
@Injectable()
export class BlobNames {
  private readonly turns = new InOrder();

  /** Changes or trusts a name when whoever is at it has ended. */
  inTurn<T>({ spaceId, sha256 }: BlobKey, work: () => Promise<T>): Promise<T> {
    return this.turns.run(`${spaceId}/${sha256}`, work);
  }
}
