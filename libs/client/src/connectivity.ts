/** Whether the machine believes that it has a network. */
export interface Connectivity {
  isOnline(): boolean;
  /** False while it is known that the server does not answer, and somebody will tell when it does. */
  isReachable(): boolean;
  /** Calls `listener` at every change; the returned function ends that. */
  onChange(listener: () => void): () => void;
}

/**
 * What the browser says, and always online elsewhere. The answer is a hint: a server on the same machine stays reachable
 * without any network, so the uploader asks only after a request has failed.
 */
export const systemConnectivity: Connectivity = {
  isOnline: () => typeof navigator === 'undefined' || navigator.onLine,
  // Nobody asks for a server that has gone away, so nobody knows.
  isReachable: () => true,
  onChange(listener) {
    if (typeof globalThis.addEventListener !== 'function') return () => undefined;
    globalThis.addEventListener('online', listener);
    globalThis.addEventListener('offline', listener);
    return () => {
      globalThis.removeEventListener('online', listener);
      globalThis.removeEventListener('offline', listener);
    };
  },
};
