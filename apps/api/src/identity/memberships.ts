import type { SpaceRole } from '@stowage/contract';

/** The spaces that an account is in. */
export interface Memberships {
  /** What it is in each, by the id of the space. */
  readonly roles: Readonly<Record<string, SpaceRole>>;
  /** Id of its own space. */
  readonly personal: string | null;
}

/** Columns of {@link MembershipRow}, beside a row `a` of `accounts`: whoever finds out who asks learns this with it. */
export const MEMBERSHIPS = `
  (SELECT coalesce(json_object_agg(m.space_id, m.role), '{}') FROM space_members m WHERE m.account_id = a.id) AS roles,
  (SELECT p.id FROM spaces p WHERE p.account_id = a.id) AS personal`;

/** What {@link MEMBERSHIPS} reads. */
export interface MembershipRow {
  readonly roles: Readonly<Record<string, SpaceRole>>;
  readonly personal: string | null;
}

/** Of a row that has more. */
export function membershipsOf({ roles, personal }: MembershipRow): Memberships {
  return { roles, personal };
}
