import { describe, expect, it } from '@jest/globals';
import { callTree } from './cpu-profile.mjs';
import { childFrame, flameGraph, newFrame, timeOfKind, totalTime } from './flame-graph.mjs';

const frame = (functionName: string, url = '') => ({ functionName, url, lineNumber: 0, columnNumber: 0 });

/** Two calls of `write`, one of them below `read`, each sampled every 10 µs from 100 µs on. */
const profile = {
  nodes: [
    { id: 1, callFrame: frame('(root)'), children: [2, 3, 5] },
    { id: 2, callFrame: frame('read', 'file:///srv/stowage/apps/api/src/upload/body.ts'), children: [4] },
    { id: 3, callFrame: frame('(idle)') },
    { id: 4, callFrame: frame('write', 'node:fs') },
    { id: 5, callFrame: frame('use', 'file:///srv/node_modules/@nestjs/core/router.js') },
  ],
  samples: [2, 4, 4, 3, 5],
  timeDeltas: [0, 10, 10, 10, 10],
  startTime: 100,
};
const always = { from: 0, to: 1 };
const nowhere = () => undefined;

describe('the calls of a profile', () => {
  it('have the time until the next sample', () => {
    const { root, idle } = callTree(profile, always, nowhere);
    expect(idle).toBe(10);
    expect(totalTime(root)).toBe(30);
    const read = root.children.get('read upload/body.ts');
    expect(read?.self).toBe(10);
    expect(read?.children.get('write node:fs')?.self).toBe(20);
  });

  it('are told apart by whose code they are', () => {
    const { root } = callTree(profile, always, nowhere);
    expect(['own', 'node', 'package'].map((kind) => timeOfKind(root, kind as 'own'))).toEqual([10, 20, 0]);
    expect(root.children.get('use @nestjs/core')?.kind).toBe('package');
  });

  it('are those within the time that is asked for', () => {
    const { root } = callTree(profile, { from: 105e-6, to: 115e-6 }, nowhere);
    expect(totalTime(root)).toBe(10);
  });

  it('bear the names of the sources that were bundled', () => {
    const { root } = callTree(profile, always, ({ url }) =>
      url.endsWith('body.ts') ? { source: '../apps/api/src/a.ts', line: 7 } : undefined,
    );
    expect([...root.children.keys()]).toContain('read a.ts');
  });

  it.each([
    ['file:///srv/stowage/dist/apps/api/chunk-1.js', 'read chunk-1.js', 'own'],
    ['../../../src/driver/Driver.ts', 'read driver/Driver.ts', 'package'],
    ['file:///opt/elsewhere/some.js', 'read some.js', 'package'],
  ])('tell nobody where the project is: %s', (url, name, kind) => {
    const nodes = [
      { id: 1, callFrame: frame('(root)'), children: [2] },
      { id: 2, callFrame: frame('read', url) },
    ];
    const { root } = callTree({ ...profile, nodes, samples: [2, 2] }, always, nowhere);
    expect([...root.children.values()].map((child) => [child.name, child.kind])).toEqual([[name, kind]]);
  });
});

it('calls without a name are known by their place', () => {
  const nodes = [
    { id: 1, callFrame: frame('(root)'), children: [2] },
    { id: 2, callFrame: frame('', 'node:net') },
  ];
  const { root } = callTree({ ...profile, nodes, samples: [2, 2] }, always, nowhere);
  expect([...root.children.keys()]).toEqual(['node:net:1']);
});

describe('a flame graph', () => {
  const root = newFrame('all', 'native');
  childFrame(root, 'half <&">', 'own').self = 50;
  childFrame(root, 'rest', 'node').self = 49.99;
  childFrame(root, 'speck', 'node').self = 0.01;
  const drawing = flameGraph(root, 'A title');

  it('has boxes as wide as their share', () => {
    expect(drawing).toMatch(/<title>half [^<]* \(50\.0 %\)<\/title><rect x="0\.0" y="\d+" width="599\.6"/u);
  });

  it('leaves out what nobody could see', () => {
    expect(drawing).not.toContain('speck');
  });

  it('lets no name out of its text', () => {
    expect(drawing).toContain('half &lt;&amp;&quot;&gt;');
    expect(drawing).not.toContain('half <');
  });

  it('is a picture also of nothing', () => {
    expect(flameGraph(newFrame('all', 'native'), 'Nothing')).toContain('</svg>');
  });
});
