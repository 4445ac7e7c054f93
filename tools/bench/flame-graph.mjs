/** A flame graph as SVG: how wide a box is, is how much time was spent in it and below. */

/**
 * @typedef {object} Frame
 * @property {string} name
 * @property {Kind} kind
 * @property {number} self time in it alone, in any unit
 * @property {Map<string, Frame>} children by name
 */

/** @typedef {'own' | 'package' | 'node' | 'native'} Kind */

const WIDTH = 1200;
const ROW = 17;
const NARROWEST = 1.5; // pixels
const CHARACTER = 6.6;
const MARGIN = 34;

/** Of each kind: a colour on which black is read well, and what it stands for. */
const KINDS = {
  own: { colour: '#f2a65a', title: 'our code' },
  package: { colour: '#f6d186', title: 'packages' },
  node: { colour: '#9ad0b0', title: 'Node.js' },
  native: { colour: '#c3cbd6', title: 'native code and collector' },
};

/**
 * @param {string} name
 * @param {Kind} kind
 * @returns {Frame}
 */
export const newFrame = (name, kind) => ({ name, kind, self: 0, children: new Map() });

/**
 * The frame below another, made when it is not there.
 * @param {Frame} parent
 * @param {string} name
 * @param {Kind} kind
 */
export function childFrame(parent, name, kind) {
  const found = parent.children.get(name);
  if (found) return found;
  const made = newFrame(name, kind);
  parent.children.set(name, made);
  return made;
}

/**
 * @param {Frame} frame
 * @returns {number} time in it and below
 */
export function totalTime(frame) {
  return [...frame.children.values()].reduce((sum, child) => sum + totalTime(child), frame.self);
}

/**
 * @param {Frame} frame
 * @returns {number} time by kind
 * @param {Kind} kind
 */
export function timeOfKind(frame, kind) {
  const own = frame.kind === kind ? frame.self : 0;
  return [...frame.children.values()].reduce((sum, child) => sum + timeOfKind(child, kind), own);
}

/** @param {string} text */
const escape = (text) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** @typedef {{ frame: Frame, x: number, width: number, depth: number, total: number }} Box */

/**
 * @param {Frame} frame
 * @param {number} x
 * @param {number} depth
 * @param {number} scale pixels a unit of time
 * @returns {Box[]} those that can be seen
 */
function boxes(frame, x, depth, scale) {
  const total = totalTime(frame);
  if (total * scale < NARROWEST) return [];
  const found = [{ frame, x, width: total * scale, depth, total }];
  let at = x;
  const children = [...frame.children.values()].toSorted((a, b) => a.name.localeCompare(b.name));
  for (const child of children) {
    found.push(...boxes(child, at, depth + 1, scale));
    at += totalTime(child) * scale;
  }
  return found;
}

/**
 * @param {Box} box
 * @param {number} height
 * @param {number} all
 */
function draw({ frame, x, width, depth, total }, height, all) {
  const y = height - MARGIN - (depth + 1) * ROW;
  const room = Math.floor((width - 6) / CHARACTER);
  const name = room < 3 ? '' : frame.name.length > room ? `${frame.name.slice(0, room - 1)}…` : frame.name;
  const share = ((100 * total) / all).toFixed(1);
  const text = name && `<text x="${(x + 3).toFixed(1)}" y="${y + 12}">${escape(name)}</text>`;
  const shape = `x="${x.toFixed(1)}" y="${y}" width="${Math.max(width - 0.4, 0.4).toFixed(1)}" height="${ROW - 1}"`;
  const hint = `<title>${escape(frame.name)} (${share} %)</title>`;
  return `<g>${hint}<rect ${shape} fill="${KINDS[frame.kind].colour}"/>${text}</g>`;
}

/**
 * @param {Frame} root
 * @param {string} title
 * @returns {string} the SVG document
 */
export function flameGraph(root, title) {
  const all = totalTime(root);
  const visible = all > 0 ? boxes(root, 0, 0, WIDTH / all) : [];
  const depth = Math.max(0, ...visible.map((box) => box.depth)) + 1;
  const height = depth * ROW + 2 * MARGIN;
  const legend = Object.values(KINDS).map(
    ({ colour, title: words }, i) =>
      `<rect x="${10 + 200 * i}" y="${height - 22}" width="12" height="12" fill="${colour}"/>` +
      `<text x="${28 + 200 * i}" y="${height - 12}">${words}</text>`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" font-family="monospace" font-size="11">`,
    `<title>${escape(title)}</title>`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    `<text x="10" y="20" font-size="13">${escape(title)}</text>`,
    ...visible.map((box) => draw(box, height, all)),
    ...legend,
    '</svg>',
    '',
  ].join('\n');
}
