import { Controller, Delete, Get, Header, HttpCode, Inject, Param, Post, Put, Req, Res } from '@nestjs/common';
import { changePasswordSchema, setUpSchema, signInSchema, type SessionList, type WhoAsks } from '@stowage/contract';
import type { Request, Response } from 'express';
import { DataSource } from 'typeorm';
import { CONFIGURATION } from '../platform/config/config.module.js';
import type { Configuration } from '../platform/config/configuration.js';
import { readJson } from '../platform/http/json-body.js';
import { ourId } from '../platform/http/our-id.js';
import { ProblemError } from '../platform/http/problem-error.js';
import { Cookies } from './cookies.js';
import { principalOf, type Principal } from './principal.js';
import { SessionLedger } from './session-ledger.js';
import { SetUp } from './set-up.js';
import { SignInService } from './sign-in.service.js';
import { placeOf, viewOf, Welcome } from './welcome.js';

/** Signing in and out; and where one is signed in. */
@Controller('api')
export class SessionController {
  constructor(
    private readonly setUpService: SetUp,
    private readonly signIns: SignInService,
    private readonly sessions: SessionLedger,
    private readonly cookies: Cookies,
    private readonly welcome: Welcome,
    private readonly database: DataSource,
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
  ) {}

  @Post('setup')
  @HttpCode(200)
  async setUp(@Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<WhoAsks> {
    if (await this.setUpService.isDone()) throw new ProblemError('not-found', 'No page or resource has this address.');
    const wanted = await readJson(request, setUpSchema, this.configuration.server);
    const signedIn = await this.setUpService.use(wanted, (manager, account) =>
      this.signIns.begin(manager, account, this.welcome.browserOf(request)),
    );
    return this.welcome.say(response, signedIn);
  }

  @Get('session')
  @Header('Cache-Control', 'no-store')
  whoAsks(@Req() request: Request): WhoAsks {
    return viewOf(principal(request));
  }

  /** With the access token as a bearer it needs no body; a session does not prolong itself. */
  @Post('session')
  @HttpCode(200)
  async signIn(@Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<WhoAsks> {
    const former = principalOf(request);
    if (request.headers.authorization !== undefined) return this.signInWithToken(request, response);
    const wanted = await readJson(request, signInSchema, this.configuration.server);
    const signedIn = await this.signIns.signIn(wanted, this.welcome.browserOf(request));
    if (former?.session != null) await this.sessions.end(former, former.session);
    return this.welcome.say(response, signedIn);
  }

  @Delete('session')
  @HttpCode(204)
  async signOut(@Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<void> {
    const who = principal(request);
    if (who.session !== null) await this.sessions.end(who, who.session);
    response.setHeader('Set-Cookie', this.cookies.signOut());
  }

  @Get('sessions')
  @Header('Cache-Control', 'no-store')
  async list(@Req() request: Request): Promise<SessionList> {
    return { sessions: await this.sessions.list(somebody(request)) };
  }

  @Delete('sessions/:id')
  @HttpCode(204)
  async end(@Req() request: Request, @Param('id') id: string): Promise<void> {
    const detail = 'It is over, or never was one of yours.';
    const ended = await this.sessions.end(somebody(request), ourId(id, 'session-not-found', detail));
    if (!ended) throw new ProblemError('session-not-found', detail);
  }

  @Delete('sessions')
  @HttpCode(204)
  async endOthers(@Req() request: Request): Promise<void> {
    await this.sessions.endOthers(somebody(request));
  }

  @Put('account/password')
  @HttpCode(204)
  async changePassword(@Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<void> {
    const who = principal(request);
    if (who.access !== 'account') throw new ProblemError('account-needed', 'Sign in with name and password first.');
    const wanted = await readJson(request, changePasswordSchema, this.configuration.server);
    const session = await this.signIns.changePassword(who.account, wanted, placeOf(request));
    response.setHeader('Set-Cookie', this.cookies.holdSession(session.secret));
  }

  private async signInWithToken(request: Request, response: Response): Promise<WhoAsks> {
    const who = principal(request);
    const { adminToken } = this.configuration.access;
    if (who.access === 'open') return viewOf(who);
    // The step before all routes has compared the token; a cookie beside another kind of header is none.
    if (who.access !== 'token' || who.session !== null || adminToken === null) {
      throw new ProblemError('unauthorized', 'Send the access token as Authorization: Bearer.');
    }
    const { secret } = await this.sessions.begin(this.database.manager, { token: adminToken }, placeOf(request));
    response.setHeader('Set-Cookie', this.cookies.holdSession(secret));
    return { access: 'token', account: null, signedIn: true };
  }
}

function principal(request: Request): Principal {
  const who = principalOf(request);
  if (who === null) throw new ProblemError('unauthorized', 'Sign in first.');
  return who;
}

function somebody(request: Request): Principal {
  const who = principal(request);
  if (who.access === 'open') throw new ProblemError('account-needed', 'Nobody has an account here yet.');
  return who;
}
