import type { Provider } from '@angular/core';
import { ApiClient } from '@stowage/client';
import { Connection } from '../session/connection.js';
import { API } from '../session/server.js';
import { Holding } from './holding.js';

/** The server, for somebody who has a link and perhaps no account. */
export function provideHeldServer(): Provider[] {
  return [
    {
      provide: API,
      deps: [Connection, Holding],
      useFactory: (connection: Connection, holding: Holding) =>
        new ApiClient({
          onContact: (reached) => connection.contact(reached),
          reauthorize: (sentAt, code) =>
            code === 'link-password-needed' ? holding.reauthorize(sentAt) : Promise.resolve(false),
        }),
    },
  ];
}
