/** As much of XMLHttpRequest as the transport uses; the test plays the network. */
export class FakeXhr {
  static last: FakeXhr | null = null;
  readonly upload: { onprogress: ((event: { loaded: number; total: number }) => void) | null } = { onprogress: null };
  readonly headers: Record<string, string> = {};
  withCredentials = false;
  status = 0;
  responseText = '';
  url = '';
  sent: unknown = null;
  onload = (): void => undefined;
  onerror = (): void => undefined;
  onabort = (): void => undefined;
  onloadend = (): void => undefined;

  constructor() {
    FakeXhr.last = this;
  }

  open(_method: string, url: string): void {
    this.url = url;
  }

  setRequestHeader(name: string, value: string): void {
    this.headers[name] = value;
  }

  send(body: unknown): void {
    this.sent = body;
  }

  getResponseHeader(name: string): string | null {
    return name === 'retry-after' ? '3' : null;
  }

  abort(): void {
    this.onabort();
    this.onloadend();
  }

  answer(status: number, body: string): void {
    this.status = status;
    this.responseText = body;
    this.onload();
    this.onloadend();
  }

  fail(): void {
    this.onerror();
    this.onloadend();
  }
}
