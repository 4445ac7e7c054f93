import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { BLOB_STORE, type BlobStore } from '../blobs/blob-store.js';
import type { ProblemError } from '../platform/http/problem-error.js';
import { contentRefusal, declaredRefusal, nameRefusal } from '../spaces/policy-rules.js';
import { SpacePolicy } from '../spaces/space-policy.js';
import { detectType, HEAD_BYTES } from './detected-type.js';
import type { Upload } from './entities/upload.entity.js';
import type { UploadPlan } from './upload-ledger.js';

/** What was found in the bytes of an upload. */
export interface Inspected {
  /** Media type; null: they do not tell. */
  readonly detected: string | null;
  /** Why its space does not take it; null when it does. */
  readonly refusal: ProblemError | null;
}

/** Holds uploads to the policies of their spaces: when they begin, when they are sealed, and before they become files. */
@Injectable()
export class UploadPolicy {
  constructor(
    private readonly policies: SpacePolicy,
    @Inject(BLOB_STORE) private readonly store: BlobStore,
  ) {}

  /** What a client leaves open, as its space says, and why the space does not let it begin; null when it does. */
  async apply(plan: UploadPlan): Promise<{ plan: UploadPlan; refusal: ProblemError | null }> {
    const policy = await this.policies.of(plan.spaceId);
    return {
      plan: { ...plan, conflict: plan.conflict ?? policy.conflict, maxSize: smaller(plan.maxSize, policy.maxFileSize) },
      refusal: declaredRefusal(policy, plan),
    };
  }

  /**
   * Checks the name that an upload is to have in the end, which may be another than at its beginning.
   * @throws ProblemError type-not-allowed
   */
  async checkName(manager: EntityManager, { spaceId, name }: Upload): Promise<void> {
    const refusal = nameRefusal(await this.policies.of(spaceId, manager), name);
    if (refusal !== null) throw refusal;
  }

  /**
   * Looks into the bytes of a whole upload. What was declared is looked at again: the policy may have changed since.
   * @param length of all of it, in bytes
   * @throws MissingBytes, CondemnedBytes
   */
  async inspect(upload: Upload, length: number): Promise<Inspected> {
    const detected = await detectType(await this.store.head(upload.id, Math.min(length, HEAD_BYTES)));
    const policy = await this.policies.of(upload.spaceId);
    const { name, mediaType } = upload;
    const refusal = declaredRefusal(policy, { name, mediaType, length }) ?? contentRefusal(policy, mediaType, detected);
    return { detected, refusal };
  }
}

/** Of two limits the one that is reached first; null: there is none. */
function smaller(one: number | null | undefined, other: number | null): number | null {
  const least = Math.min(one ?? Infinity, other ?? Infinity);
  return least === Infinity ? null : least;
}
