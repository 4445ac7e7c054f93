import { Controller, Delete, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { ProblemError } from '../platform/http/problem-error.js';
import { SESSION_COOKIE } from './session-cookie.token.js';
import type { SessionCookie } from './session-cookie.js';

/** Exchanges the admin token for a cookie: downloads and pictures cannot carry a header. */
@Controller('api/session')
export class SessionController {
  constructor(@Inject(SESSION_COOKIE) private readonly cookie: SessionCookie | null) {}

  /** The request has shown the token itself: a session does not prolong itself. */
  @Post()
  @HttpCode(204)
  signIn(@Req() request: Request, @Res({ passthrough: true }) response: Response): void {
    if (this.cookie === null) return;
    if (request.headers.authorization === undefined) {
      throw new ProblemError('unauthorized', 'Send the access token as Authorization: Bearer.');
    }
    response.setHeader('Set-Cookie', this.cookie.issue(Date.now()));
  }

  @Delete()
  @HttpCode(204)
  signOut(@Res({ passthrough: true }) response: Response): void {
    if (this.cookie !== null) response.setHeader('Set-Cookie', this.cookie.clear());
  }
}
