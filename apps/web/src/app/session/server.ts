import { InjectionToken, inject } from '@angular/core';
import { ApiClient } from '@stowage/client';
import { Connection } from './connection.js';
import { Session } from './session.js';

/** The JSON API of the server that this page came from. */
export const API = new InjectionToken<ApiClient>('API', {
  providedIn: 'root',
  factory: () => {
    const connection = inject(Connection);
    const session = inject(Session);
    return new ApiClient({
      onContact: (reached) => connection.contact(reached),
      reauthorize: (sentAt, code) => session.reauthorize(sentAt, code),
    });
  },
});
