/** The client vanished before it had sent the whole request: nobody is left to answer. */
export class ClientAbort extends Error {
  override readonly name = 'ClientAbort';

  constructor(options?: ErrorOptions) {
    super('The client closed the connection before it had sent the whole request.', options);
  }
}
