import { Injectable } from '@nestjs/common';
import { shuttingDown } from '../platform/http/shutting-down.js';
import { Stopping } from '../platform/stopping.js';
import { UploadLeases } from './upload-leases.js';

/** Ends the bodies that arrive when the server stops: at once those that lose nothing by it, the others at the last call. */
@Injectable()
export class BodyStops {
  constructor({ begun, lastCall }: Stopping, leases: UploadLeases) {
    begun.addEventListener('abort', () => {
      leases.stopAppends(shuttingDown());
    });
    lastCall.addEventListener('abort', () => {
      leases.stopEverything(shuttingDown());
    });
  }
}
