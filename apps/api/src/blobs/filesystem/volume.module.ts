import { type DynamicModule, Module } from '@nestjs/common';
import { Volume } from './volume.js';

/** Hands out the volume that was opened before the modules were made, and that outlives them. */
@Module({})
export class VolumeModule {
  static with(volume: Volume): DynamicModule {
    return {
      module: VolumeModule,
      global: true,
      providers: [{ provide: Volume, useValue: volume }],
      exports: [Volume],
    };
  }
}
