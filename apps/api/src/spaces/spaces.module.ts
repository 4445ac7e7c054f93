import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { IdentityModule } from '../identity/identity.module.js';
import { Space } from './entities/space.entity.js';
import { MemberLedger } from './member-ledger.js';
import { MembersService } from './members.service.js';
import { SpaceLedger } from './space-ledger.js';
import { SpacePolicy } from './space-policy.js';
import { SpaceQuota } from './space-quota.js';
import { SpacesController } from './spaces.controller.js';
import { SpacesService } from './spaces.service.js';

/** Who may do what where, and how much of it. */
@Module({
  imports: [TypeOrmModule.forFeature([Space]), IdentityModule],
  controllers: [SpacesController],
  providers: [MemberLedger, MembersService, SpaceLedger, SpacePolicy, SpaceQuota, SpacesService],
  exports: [MemberLedger, SpaceLedger, SpacePolicy, SpaceQuota],
})
export class SpacesModule {}
