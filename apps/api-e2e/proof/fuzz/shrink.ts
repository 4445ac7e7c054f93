/** Tries at most. */
const MOST = 150;

/**
 * Leaves out of some bytes what is not needed for a fault: ever smaller pieces, as long as it still shows.
 * @param shows whether it does
 */
export async function shrunk(bytes: Buffer, shows: (smaller: Buffer) => Promise<boolean>): Promise<Buffer> {
  let smallest = bytes;
  let tries = 0;
  for (
    let piece = Math.ceil(bytes.length / 2);
    piece >= 1 && tries < MOST;
    piece = piece === 1 ? 0 : Math.ceil(piece / 2)
  ) {
    for (let at = 0; at < smallest.length && tries < MOST;) {
      const smaller = Buffer.concat([smallest.subarray(0, at), smallest.subarray(at + piece)]);
      tries += 1;
      if (await shows(smaller)) smallest = smaller;
      else at += piece;
    }
  }
  return smallest;
}
