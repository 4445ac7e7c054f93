/** Why the server cannot start; the message is a sentence and the fix, shown to whoever starts it. */
export class StartFault extends Error {
  override readonly name: string = 'StartFault';
}
