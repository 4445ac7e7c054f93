import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';

/** The unit of ownership. There is one until accounts exist. */
@Entity('spaces')
export class Space {
  @PrimaryColumn('text')
  id: string;

  @Column('text')
  name: string;

  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt: Date;
}
