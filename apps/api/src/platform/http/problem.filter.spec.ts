import { describe, expect, it } from '@jest/globals';
import { type ArgumentsHost, BadRequestException, NotFoundException } from '@nestjs/common';
import { PROBLEMS, problemSchema, type Problem, type ProblemCode } from '@stowage/contract';
import type { Request } from 'express';
import { QueryFailedError } from 'typeorm';
import { FakeResponse, fakeRequest } from '../../../test/fake-http.js';
import { testLog } from '../../../test/test-log.js';
import { ProblemError } from './problem-error.js';
import { ProblemFilter } from './problem.filter.js';
import { requestIdOf } from './request-id.js';

interface Thrown {
  readonly method?: string;
  readonly path?: string;
  /** Methods that the address has routes for. */
  readonly routes?: readonly string[];
  readonly headersSent?: boolean;
  readonly socket?: { readonly destroyed: boolean; readonly writable: boolean };
}

/** What comes of an error that a request threw. */
function answer(error: unknown, { routes = [], socket, headersSent = false, ...request }: Thrown = {}) {
  const { logger, lines } = testLog();
  const response = new FakeResponse();
  response.headersSent = headersSent;
  const stack = routes.map((method) => ({ route: { methods: { [method]: true } }, match: () => true }));
  const asked = Object.assign(fakeRequest(request), {
    socket: socket ?? { destroyed: false, writable: true },
    app: { router: { stack } },
  }) as Request;
  const http = { getRequest: () => asked, getResponse: () => response };
  new ProblemFilter(logger).catch(error, { switchToHttp: () => http } as unknown as ArgumentsHost);
  const problem = response.body === undefined ? null : (JSON.parse(response.body) as Problem);
  return { problem, response, lines, asked };
}

describe('a problem', () => {
  it('is a document of RFC 9457', () => {
    const { problem, response, asked } = answer(new ProblemError('file-not-found', 'It may have been deleted.'));
    expect(response.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(response.headers['cache-control']).toBe('no-store');
    expect(response.statusCode).toBe(404);
    expect(problem).toEqual({
      type: 'urn:stowage:problem:file-not-found',
      title: 'There is no such file',
      status: 404,
      detail: 'It may have been deleted.',
      code: 'file-not-found',
      retryable: false,
      requestId: requestIdOf(asked),
    });
  });

  it('is no page: it is taken for nothing else, framed nowhere, and handed to no other origin', () => {
    expect(answer(new ProblemError('file-not-found', 'Gone.')).response.headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'cross-origin-resource-policy': 'same-origin',
    });
  });

  it.each(Object.keys(PROBLEMS) as ProblemCode[])(
    'has the status and the schema that the contract gives %s',
    (code) => {
      const { problem, response } = answer(new ProblemError(code, 'Ä detail.'));
      expect(response.statusCode).toBe(PROBLEMS[code].status);
      expect(problemSchema.parse(problem).code).toBe(code);
      expect(response.headers['content-length']).toBe(String(Buffer.byteLength(response.body ?? '')));
    },
  );

  it.each(['/upload', '/uploads', '/uploads/x', '/'])('is shown by form widgets at %s', (path) => {
    const { problem, response } = answer(new ProblemError('size-mismatch', 'One byte short.'), {
      method: 'POST',
      path,
    });
    // Dropzone parses nothing but a type that contains this text, and shows `error`.
    expect(response.headers['content-type']).toContain('application/json');
    expect(problem?.error).toBe('Size mismatch: One byte short.');
    expect(problem?.code).toBe('size-mismatch');
  });

  it('does not say a title twice', () => {
    const thrown = new ProblemError('name-taken', 'File already exists');
    expect(answer(thrown, { method: 'POST', path: '/upload' }).problem?.error).toBe('File already exists');
  });

  it('has no error member for clients of the API', () => {
    const { problem, response } = answer(new ProblemError('invalid-request', 'No.'), { method: 'POST' });
    expect(problem).not.toHaveProperty('error');
    expect(response.headers['content-type']).toContain('application/problem+json');
  });

  it('says when to try again, and how to sign in', () => {
    expect(answer(new ProblemError('overloaded', 'Busy.', { retryAfter: 5 })).response.headers['retry-after']).toBe(
      '5',
    );
    expect(answer(new ProblemError('internal', 'x')).response.headers).not.toHaveProperty('retry-after');
    expect(answer(new ProblemError('unauthorized', 'x')).response.headers['www-authenticate']).toMatch(/^Bearer /u);
  });

  it('has no body in answer to HEAD, but its length', () => {
    const { response } = answer(new ProblemError('file-not-found', 'x'), { method: 'HEAD' });
    expect(response.body).toBeUndefined();
    expect(Number(response.headers['content-length'])).toBeGreaterThan(0);
  });
});

describe('what is no problem of ours', () => {
  it('is an internal error that tells the client nothing', () => {
    const secret = new Error('password=hunter2 at /srv/stowage/db');
    for (const thrown of [secret, new TypeError(secret.message), 'text', null, { secret }]) {
      const { problem, response, lines } = answer(thrown);
      expect(problem).toMatchObject({ code: 'internal', status: 500, detail: 'Internal error' });
      expect(response.body).not.toMatch(/hunter2|stowage\/db/u);
      expect(lines).toEqual([
        expect.objectContaining({ level: 'error', code: 'internal', requestId: problem?.requestId }),
      ]);
    }
  });

  it('is a database that is away', () => {
    const error = new QueryFailedError('SELECT 1', ['secret'], Object.assign(new Error('x'), { code: '57P01' }));
    const { problem, response, lines } = answer(error);
    expect(problem?.code).toBe('database-unavailable');
    expect(response.statusCode).toBe(503);
    expect(response.headers['retry-after']).toBe('2');
    expect(JSON.stringify(lines)).not.toContain('secret');
  });

  it('is an address without a route', () => {
    expect(answer(new NotFoundException(), { path: '/nowhere' }).problem?.code).toBe('not-found');
  });

  it('is a route without the method; the answer names those it has', () => {
    const { problem, response } = answer(new NotFoundException(), { method: 'PUT', routes: ['get', 'delete'] });
    expect(problem).toMatchObject({ code: 'method-not-allowed', status: 405 });
    expect(response.headers['allow']).toBe('DELETE, GET, HEAD');
  });

  it('is a request that the framework refused', () => {
    expect(answer(new BadRequestException('no')).problem?.code).toBe('invalid-request');
    expect(answer(new URIError('%')).problem?.code).toBe('invalid-request');
  });
});

describe('the log', () => {
  it('has the cause of a problem, and the client has not', () => {
    const cause = Object.assign(new Error('EIO: i/o error, write'), { code: 'EIO' });
    const { lines, response, problem } = answer(new ProblemError('storage-failed', 'Sentence.', { cause }));
    expect(lines).toEqual([
      expect.objectContaining({
        level: 'error',
        code: 'storage-failed',
        requestId: problem?.requestId,
        err: expect.objectContaining({ code: 'EIO' }),
      }),
    ]);
    expect(response.body).not.toContain('EIO');
  });

  it('is silent about what clients do wrong', () => {
    expect(answer(new ProblemError('size-mismatch', 'x')).lines).toEqual([]);
  });
});

describe('too late', () => {
  it('a half-sent answer is broken off, so that nobody takes it for whole', () => {
    const { response } = answer(new Error('x'), { headersSent: true });
    expect(response.destroyed).toBe(true);
    expect(response.body).toBeUndefined();
  });

  it.each([
    { destroyed: true, writable: true },
    { destroyed: false, writable: false },
  ])('nothing is said to a connection that is %j', (socket) => {
    const { response, lines } = answer(new Error('x'), { socket });
    expect(response.headersSent).toBe(false);
    expect(lines).toEqual([]);
  });
});

describe('the id of a request', () => {
  it('is ours, and stays the same', () => {
    const request = fakeRequest({ headers: { 'x-request-id': 'theirs' } });
    const id = requestIdOf(request);
    expect(id).not.toBe('theirs');
    expect(requestIdOf(request)).toBe(id);
    expect(requestIdOf(fakeRequest({}))).not.toBe(id);
  });
});
