import { InjectionToken, inject } from '@angular/core';
import { UploadQueue, uploadContext } from '@stowage/client';
import { UploadPasswordKeeper } from '../upload/upload-password-keeper.js';
import { Connection } from './connection.js';
import { API } from './server.js';

// Apart from the API: pages that send nothing do without it.
/** Everything that this page sends. */
export const UPLOADS = new InjectionToken<UploadQueue>('UPLOADS', {
  providedIn: 'root',
  factory: () => {
    const [connectivity, passwords] = [inject(Connection), inject(UploadPasswordKeeper)];
    return new UploadQueue(uploadContext(inject(API), { connectivity, passwords }));
  },
});
