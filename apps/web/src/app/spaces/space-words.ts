import type { Space, SpaceRole } from '@stowage/contract';
import { say } from '../language/say.js';
import { byteSize, bytesOf, exactBytes } from '../ui/byte-size.js';

/** What somebody is in a space, and what that means. */
export function roleWords(role: SpaceRole): string {
  return say(`spaces.role.${role}`);
}

/** Such as `1.2 of 50 GB used`; without a quota `1.2 GB used`. */
export function usageWords({ used, quota }: Space): string {
  return say('spaces.usage.used', { size: quota === null ? byteSize(used) : bytesOf(used, quota) });
}

/** The same to the byte, and what unfinished uploads are still promised. */
export function usageDetails({ used, quota, reserved }: Space): string {
  const usage =
    quota === null
      ? say('spaces.usage.used', { size: exactBytes(used) })
      : say('spaces.usage.usedOf', { used: exactBytes(used), quota: exactBytes(quota) });
  return reserved === 0 ? usage : say('spaces.usage.reserved', { usage, size: exactBytes(reserved) });
}
