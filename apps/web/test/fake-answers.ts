import { PROBLEMS, type ProblemCode, isProblemCode } from '@stowage/contract';

/** The body of a refusal. */
export function problem(code: ProblemCode): string {
  if (!isProblemCode(code)) throw new Error(`There is no problem ${String(code)}.`);
  return JSON.stringify({ type: `urn:stowage:problem:${code}`, code, detail: `Detail of ${code}.`, ...PROBLEMS[code] });
}

/** A refusal. */
export function refusal(code: ProblemCode): Response {
  return response(PROBLEMS[code].status, problem(code));
}

/** An answer. The document of these tests has no Response of its own; this is what the client reads of one. */
export function response(status: number, body: string): Response {
  const answer = { ok: status < 400, status, headers: { get: () => null }, text: async () => body };
  return answer as unknown as Response;
}

/**
 * A page of a list; cursors are positions.
 * @param more what it tells of all pages
 */
export function pageOf(name: string, items: readonly unknown[], call: string, size: number, more = {}): Response {
  const start = Number(/cursor=(\d+)/u.exec(call)?.[1] ?? 0);
  const end = start + size;
  const next = end < items.length ? String(end) : null;
  return response(200, JSON.stringify({ [name]: items.slice(start, end), next, ...more }));
}
