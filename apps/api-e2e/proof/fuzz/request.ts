/** A request in its parts. Texts are as their bytes: one character, one byte. */
export interface FuzzRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
}

/** The same request with other parts. */
export function changed(request: FuzzRequest, parts: Partial<FuzzRequest>): FuzzRequest {
  return { ...request, ...parts };
}

/** The first value of a header; null when there is none. */
export function headerOf({ headers }: FuzzRequest, name: string): string | null {
  return headers.find(([own]) => own.toLowerCase() === name.toLowerCase())?.[1] ?? null;
}

/** The same request with one header in the place of all of that name. */
export function withHeader(request: FuzzRequest, name: string, value: string): FuzzRequest {
  const others = request.headers.filter(([own]) => own.toLowerCase() !== name.toLowerCase());
  return changed(request, { headers: [...others, [name, value]] });
}

/** Says how long the body is, where there is one or had been one. */
export function withLength(request: FuzzRequest): FuzzRequest {
  const { length } = request.body;
  if (length === 0 && headerOf(request, 'content-length') === null) return request;
  return withHeader(request, 'Content-Length', String(length));
}

/** The request as it goes over the wire. */
export function bytesOf({ method, target, headers, body }: FuzzRequest): Buffer {
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return Buffer.concat([Buffer.from(`${method} ${target} HTTP/1.1\r\n${lines}\r\n`, 'latin1'), body]);
}

/** A text as its bytes in UTF-8, one character each. */
export function asBytes(text: string): string {
  return Buffer.from(text).toString('latin1');
}
