import { Controller, Header, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import { lookAtLinkSchema, useLinkSchema, type LinkFacts, type WhoAsks } from '@stowage/contract';
import type { Request, Response } from 'express';
import { CONFIGURATION } from '../platform/config/config.module.js';
import type { Configuration } from '../platform/config/configuration.js';
import { readJson } from '../platform/http/json-body.js';
import { PasswordLinks } from './password-links.js';
import { SignInService } from './sign-in.service.js';
import { Welcome } from './welcome.js';

/** For those who have been invited, or have forgotten their password. The secret of a link is in no address. */
@Controller('api/password-links')
export class PasswordLinkController {
  constructor(
    private readonly links: PasswordLinks,
    private readonly signIns: SignInService,
    private readonly welcome: Welcome,
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
  ) {}

  @Post('look')
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  async look(@Req() request: Request): Promise<LinkFacts> {
    const { token } = await readJson(request, lookAtLinkSchema, this.configuration.server);
    return this.links.look(token);
  }

  @Post('use')
  @HttpCode(200)
  async use(@Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<WhoAsks> {
    const wanted = await readJson(request, useLinkSchema, this.configuration.server);
    const signedIn = await this.links.use(wanted, (manager, account) =>
      this.signIns.begin(manager, account, this.welcome.browserOf(request)),
    );
    return this.welcome.say(response, signedIn);
  }
}
