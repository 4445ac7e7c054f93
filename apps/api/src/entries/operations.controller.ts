import { Controller, Delete, Get, Header, HttpCode, Inject, Param, Post, Req, Res } from '@nestjs/common';
import { createOperationSchema, type Operation, type OperationList } from '@stowage/contract';
import type { Request, Response } from 'express';
import { whoAsks } from '../identity/principal.js';
import { CONFIGURATION } from '../platform/config/config.module.js';
import type { Configuration } from '../platform/config/configuration.js';
import { readJson } from '../platform/http/json-body.js';
import { spaceFor } from '../spaces/space-access.js';
import { OperationsService } from './operations.service.js';

/** What is done with many entries at once. */
@Controller('api')
export class OperationsController {
  constructor(
    private readonly operations: OperationsService,
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
  ) {}

  @Post('operations')
  async create(@Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<Operation> {
    const wanted = await readJson(request, createOperationSchema, this.configuration.server);
    const operation = await this.operations.create(whoAsks(request), wanted);
    response.status(operation.state === 'running' ? 202 : 200);
    response.setHeader('Location', `/api/operations/${operation.id}`);
    return operation;
  }

  @Get('operations')
  @Header('Cache-Control', 'no-store')
  async list(@Req() request: Request): Promise<OperationList> {
    return { operations: await this.operations.list(whoAsks(request)) };
  }

  @Get('operations/:id')
  @Header('Cache-Control', 'no-store')
  one(@Param('id') id: string, @Req() request: Request): Promise<Operation> {
    return this.operations.find(whoAsks(request), id);
  }

  @Delete('operations/:id')
  cancel(@Param('id') id: string, @Req() request: Request): Promise<Operation> {
    return this.operations.cancel(whoAsks(request), id);
  }

  @Delete('spaces/:id/trash')
  @HttpCode(202)
  async emptyTrash(
    @Param('id') id: string,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Operation> {
    const principal = whoAsks(request);
    const operation = await this.operations.emptyTrash(principal, spaceFor(principal, 'files:write', id));
    response.setHeader('Location', `/api/operations/${operation.id}`);
    return operation;
  }
}
