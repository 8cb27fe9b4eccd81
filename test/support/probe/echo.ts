import { Column, Entity, PrimaryColumn } from 'typeorm';
import { newId } from '../../../src/platform/base/ids.js';

/** What the mirror does because of an event: one row each, and nothing in the table would stop a second one. */
@Entity({ name: 'echo' })
export class Echo {
  @PrimaryColumn({ name: 'echo_id', type: 'text' })
  echoId!: string;

  @Column({ type: 'integer' })
  version!: number;

  @Column({ name: 'gadget_id', type: 'text' })
  gadgetId!: string;

  @Column({ name: 'gadget_version', type: 'integer' })
  gadgetVersion!: number;

  static of(gadgetId: string, gadgetVersion: number): Echo {
    return Object.assign(new Echo(), { echoId: newId('ech'), version: 1, gadgetId, gadgetVersion });
  }
}
