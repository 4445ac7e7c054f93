import { Injectable } from '@nestjs/common';
import type { WhoAsks } from '@stowage/contract';
import type { Request, Response } from 'express';
import { ProblemError } from '../platform/http/problem-error.js';
import { Cookies } from './cookies.js';
import { accountOf, type Principal } from './principal.js';
import type { Place } from './session-ledger.js';
import type { Browser, SignedIn } from './sign-in.service.js';

/** What passes between a browser and those who sign it in: its cookies, and where it is. */
@Injectable()
export class Welcome {
  constructor(private readonly cookies: Cookies) {}

  /** Where somebody signs in. */
  browserOf(request: Request): Browser {
    return { ...placeOf(request), device: this.cookies.deviceOf(request) };
  }

  /** Hands over the cookies. */
  say(response: Response, { account, session, device }: SignedIn): WhoAsks {
    response.setHeader('Set-Cookie', this.cookies.signIn(session.secret, device));
    response.setHeader('Cache-Control', 'no-store');
    return { access: 'account', account, signedIn: true };
  }
}

/** Where a request comes from. */
export function placeOf(request: Request): Place {
  return { address: request.ip ?? '', userAgent: request.headers['user-agent'] ?? '' };
}

/** Who asks, as they are told. */
export function viewOf(who: Principal): WhoAsks {
  if (who.access === 'link') throw new ProblemError('unauthorized', 'Sign in first.');
  return {
    access: who.access,
    account: accountOf(who),
    signedIn: who.session !== null,
  };
}
