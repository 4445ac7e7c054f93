import { describe, expect, it } from '@jest/globals';
import { networkOf, shortNetwork, someAddressOf } from './networks.js';

describe('a network', () => {
  it.each([
    ['192.0.2.77', '192.0.2.77', '192.0.2.0/24'],
    ['::ffff:192.0.2.77', '192.0.2.77', '192.0.2.0/24'],
    ['::FFFF:192.0.2.77', '192.0.2.77', '192.0.2.0/24'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2', '2001:db8:1::/48'],
    ['2001:0db8:0001:0002::', '2001:db8:1:2', '2001:db8:1::/48'],
    ['2001:db8::1', '2001:db8:0:0', '2001:db8:0::/48'],
    ['::1', '0:0:0:0', '0:0:0::/48'],
    ['', '', ''],
    ['nobody', 'nobody', ''],
  ])('of %j is %j, and is kept as %j', (address, together, kept) => {
    expect([networkOf(address), shortNetwork(address)]).toEqual([together, kept]);
    expect(shortNetwork(someAddressOf(together))).toBe(kept);
  });
});
