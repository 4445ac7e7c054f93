import { type DynamicModule, Module } from '@nestjs/common';
import type { Logger } from '../telemetry/logger.js';
import type { Configuration } from './configuration.js';

/** Token of the {@link Configuration}. */
export const CONFIGURATION = Symbol('CONFIGURATION');
/** Token of the process's {@link Logger}. */
export const LOGGER = Symbol('LOGGER');

/** Hands the validated configuration and the logger to whoever asks. */
@Module({})
export class ConfigModule {
  static with(configuration: Configuration, logger: Logger): DynamicModule {
    return {
      module: ConfigModule,
      global: true,
      providers: [
        { provide: CONFIGURATION, useValue: configuration },
        { provide: LOGGER, useValue: logger },
      ],
      exports: [CONFIGURATION, LOGGER],
    };
  }
}
