/** The examples of a Markdown page, for the tests that run them. */

/**
 * @typedef {object} FencedBlock
 * @property {string} heading the heading above it, without its #
 * @property {string} language
 * @property {string} text ends in a line end
 */

/**
 * The fenced blocks of a page, in order.
 * @param {string} page
 * @returns {FencedBlock[]}
 */
export function fencedBlocks(page) {
  /** @type {FencedBlock[]} */
  const blocks = [];
  let heading = '';
  /** @type {FencedBlock | null} */
  let open = null;
  for (const line of page.split('\n')) {
    if (open !== null) {
      if (line === '```') open = null;
      else open.text += `${line}\n`;
    } else if (line.startsWith('```')) {
      open = { heading, language: line.slice(3), text: '' };
      blocks.push(open);
    } else {
      heading = /^#+ +(.*)$/u.exec(line)?.[1] ?? heading;
    }
  }
  return blocks;
}
