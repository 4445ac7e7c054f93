// Plain on purpose, see ../start.mjs.

/**
 * @param {string} version for example 20.19.0
 * @returns {string | undefined} the sentence for a Node that is too old
 */
export function refuseNode(version) {
  const numbers = version.split('.').map(Number);
  const major = numbers[0] || 0;
  if (major > 20 || (major === 20 && (numbers[1] || 0) >= 19)) return undefined;
  return (
    'Stowage needs Node.js 20.19 or newer and this is ' +
    version +
    '; install a current Node.js (24 is recommended) and run npm start again.'
  );
}
