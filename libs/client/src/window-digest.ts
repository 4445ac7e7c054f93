/** Read at a time where every byte passes through this thread, so that a page stays quick. */
const STEP_BYTES = 1024 * 1024;

/**
 * SHA-256 of a part of a file that fits into memory, in hex. The browser computes it where it may: pages of plain http
 * origins other than localhost have no `crypto.subtle`.
 */
export async function windowDigest(bytes: Blob, subtle = availableSubtle()): Promise<string> {
  if (subtle !== null) return hex(new Uint8Array(await subtle.digest('SHA-256', await bytes.arrayBuffer())));
  const { sha256 } = await import('@noble/hashes/sha2.js');
  const hash = sha256.create();
  for (let at = 0; at < bytes.size; at += STEP_BYTES) {
    hash.update(new Uint8Array(await bytes.slice(at, at + STEP_BYTES).arrayBuffer()));
  }
  return hex(hash.digest());
}

function availableSubtle(): SubtleCrypto | null {
  // The types say that it is always there.
  return (globalThis.crypto as Partial<Crypto>).subtle ?? null;
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
