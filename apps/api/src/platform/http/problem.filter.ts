import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Inject } from '@nestjs/common';
import type { Request, Response } from 'express';
import { LOGGER } from '../config/config.module.js';
import { isDatabaseUnavailable } from '../database/database-errors.js';
import type { Logger } from '../telemetry/logger.js';
import { ClientAbort } from './client-abort.js';
import { methodsAt } from './other-methods.js';
import { ProblemError } from './problem-error.js';
import { sendProblem } from './problem-response.js';
import { requestIdOf } from './request-id.js';

/** Turns whatever a request threw into one problem document; the cause goes to the log, never to the client. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(@Inject(LOGGER) private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<Request>();
    const response = host.switchToHttp().getResponse<Response>();
    // Nobody is left, or the broken connection has been answered already.
    if (request.socket.destroyed || !request.socket.writable) return;
    const problem = this.problemOf(error, request);
    if (problem.code === 'method-not-allowed') response.setHeader('Allow', methodsAt(request).join(', '));
    if (problem.cause !== undefined) {
      this.logger.error({ err: problem.cause, code: problem.code, requestId: requestIdOf(request) }, problem.code);
    }
    sendProblem(request, response, problem);
  }

  private problemOf(error: unknown, request: Request): ProblemError {
    if (error instanceof ProblemError) return error;
    // Mostly nobody is left to read it; a client that has only closed its own side is.
    if (error instanceof ClientAbort) return new ProblemError('malformed-request', 'The body ended too early.');
    if (error instanceof HttpException && error.getStatus() === 404) {
      const methods = methodsAt(request);
      return methods.length === 0
        ? new ProblemError('not-found', 'No page or resource has this address.')
        : new ProblemError('method-not-allowed', `Offered here: ${methods.join(', ')}.`);
    }
    if (error instanceof HttpException && error.getStatus() < 500) {
      return new ProblemError('invalid-request', error.message);
    }
    // Express reports an address that cannot be decoded with a status of its own.
    if (error instanceof URIError) return new ProblemError('invalid-request', 'The address cannot be decoded.');
    if (isDatabaseUnavailable(error)) {
      return new ProblemError('database-unavailable', 'Nothing was lost; try again in a moment.', {
        cause: error,
        retryAfter: 2,
      });
    }
    return new ProblemError('internal', 'Internal error', { cause: error });
  }
}
