import pg from 'pg';

/**
 * A connection of the pool that somebody listens to at every moment. TypeORM begins to listen a moment after the pool has
 * handed one over, and a server that dies in that moment can be heard in it: an error that nobody listens to ends the
 * process. The statement that comes next fails all the same.
 */
export class WatchedClient extends pg.Client {
  constructor(options?: string | pg.ClientConfig) {
    super(options);
    this.on('error', () => undefined);
  }
}
