import { isIPv6 } from 'node:net';

/** The eight groups of an IPv6 address, in hex without leading zeros; null for any other text. */
function groupsOf(address: string): readonly string[] | null {
  if (!isIPv6(address) || address.includes('.')) return null;
  const [head = '', tail] = address.replace(/%.*$/u, '').split('::');
  const groups = head === '' ? [] : head.split(':');
  const rest = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : 8 - groups.length - rest.length;
  const whole = [...groups, ...Array.from({ length: zeros }, () => '0'), ...rest];
  return whole.map((group) => parseInt(group, 16).toString(16));
}

/** IPv4 inside of IPv6, as it is. */
function plain(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/iu, '');
}

/** Whose requests count together: whoever has one IPv6 address mostly has 2^64 of them. */
export function networkOf(address: string): string {
  return groupsOf(address)?.slice(0, 4).join(':') ?? plain(address);
}

/** An address of a network that {@link networkOf} has told. */
export function someAddressOf(network: string): string {
  return network.includes(':') ? `${network}::` : network;
}

/** As much of an address as is kept of somebody who has no account: about where it was, and not whose. */
export function shortNetwork(address: string): string {
  const groups = groupsOf(address);
  if (groups !== null) return `${groups.slice(0, 3).join(':')}::/48`;
  const numbers = /^(\d+\.\d+\.\d+)\.\d+$/u.exec(plain(address))?.[1];
  return numbers === undefined ? '' : `${numbers}.0/24`;
}
