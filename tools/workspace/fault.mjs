/** A fault the operator can mend: the message is one sentence with the fix, and nothing else is printed. */
export class Fault extends Error {
  /** @param {string} message */
  constructor(message) {
    super(message);
    this.name = 'Fault';
  }
}
