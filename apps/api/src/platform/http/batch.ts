/** Pieces shorter than this are copied together when several come in a row. */
const TINY = 1024;
/** Room for tiny pieces, allocated at once. */
const ROOM = 16 * 1024;

/**
 * Buffers gathered for one write. Pieces are kept as they are; only runs of tiny ones are copied together, because a
 * client that sends single bytes must not make us keep, and write, an object for each.
 */
export class Batch {
  /** Bytes gathered so far. */
  bytes = 0;
  private pieces: Buffer[] = [];
  private lastIsTiny = false;
  /** Where tiny pieces are copied to; its used part is the last of `pieces`. */
  private room: Buffer | null = null;
  private used = 0;

  /** Adds a piece, without copying it unless it is one of several tiny ones. */
  add(piece: Buffer): void {
    this.bytes += piece.length;
    if (piece.length < TINY && this.lastIsTiny) {
      this.join(piece);
      return;
    }
    this.lastIsTiny = piece.length < TINY;
    this.room = null;
    this.pieces.push(piece);
  }

  /** Hands over what was gathered, and begins anew. */
  take(): readonly Buffer[] {
    const pieces = this.pieces;
    this.pieces = [];
    this.bytes = 0;
    this.lastIsTiny = false;
    return pieces;
  }

  private join(piece: Buffer): void {
    if (this.room !== null && this.used + piece.length <= ROOM) this.pieces.pop();
    else {
      this.room = Buffer.allocUnsafeSlow(ROOM);
      this.used = 0;
    }
    this.used += piece.copy(this.room, this.used);
    this.pieces.push(this.room.subarray(0, this.used));
  }
}
