import type { Space, SpaceRole } from '@stowage/contract';
import { byteSize, bytesOf, exactBytes } from '../ui/byte-size.js';

const ROLES: Readonly<Record<SpaceRole, string>> = {
  viewer: 'Viewer: looks and downloads',
  contributor: 'Contributor: also uploads',
  editor: 'Editor: also deletes',
  manager: 'Manager: also members and settings',
};

/** What somebody is in a space, and what that means. */
export function roleWords(role: SpaceRole): string {
  return ROLES[role];
}

/** Such as `1.2 of 50 GB used`; without a quota `1.2 GB used`. */
export function usageWords({ used, quota }: Space): string {
  return `${quota === null ? byteSize(used) : bytesOf(used, quota)} used`;
}

/** The same to the byte, and what unfinished uploads are still promised. */
export function usageDetails({ used, quota, reserved }: Space): string {
  const most = quota === null ? '' : ` of ${exactBytes(quota)}`;
  const promised = reserved === 0 ? '' : `, ${exactBytes(reserved)} reserved for unfinished uploads`;
  return `${exactBytes(used)}${most} used${promised}`;
}
