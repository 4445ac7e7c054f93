import type { FactoryProvider } from '@angular/core';
import { type ApiClient, UploadQueue, requestTarget, uploadContext } from '@stowage/client';
import { Connection } from '../session/connection.js';
import { API } from '../session/server.js';
import { UPLOADS } from '../session/uploads.js';
import { UploadPasswordKeeper } from '../upload/upload-password-keeper.js';
import { ADDRESS, type HeldAddress } from './held-address.js';
import { Sender } from './sender.js';

/** Everything that is sent goes to the file request of this page. */
export const HELD_UPLOADS: FactoryProvider = {
  provide: UPLOADS,
  deps: [API, ADDRESS, Connection, UploadPasswordKeeper, Sender],
  useFactory: (
    api: ApiClient,
    { slug }: HeldAddress,
    connectivity: Connection,
    passwords: UploadPasswordKeeper,
    sender: Sender,
  ): UploadQueue => {
    const target = requestTarget(api, slug, () => sender.name());
    return new UploadQueue(uploadContext(api, { connectivity, passwords, target }));
  },
};
