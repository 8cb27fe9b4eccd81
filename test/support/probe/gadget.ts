import { Column, Entity, PrimaryColumn } from 'typeorm';
import { newId } from '../../../src/platform/base/ids.js';

/** The probe's aggregate. */
@Entity({ name: 'gadget' })
export class Gadget {
  @PrimaryColumn({ name: 'gadget_id', type: 'text' })
  gadgetId!: string;

  @Column({ type: 'integer' })
  version!: number;

  @Column({ type: 'text' })
  name!: string;

  @Column({ type: 'text' })
  colour!: string;

  @Column({ type: 'text', nullable: true })
  number!: string | null;

  static of(name: string, number: string | null = null): Gadget {
    return Object.assign(new Gadget(), { gadgetId: newId('gad'), version: 0, name, colour: 'plain', number });
  }
}

/** Append-only. */
@Entity({ name: 'gadget_note' })
export class GadgetNote {
  @PrimaryColumn({ name: 'note_id', type: 'text' })
  noteId!: string;

  @Column({ name: 'gadget_id', type: 'text' })
  gadgetId!: string;

  @Column({ type: 'text' })
  text!: string;

  static on(gadgetId: string, text: string): GadgetNote {
    return Object.assign(new GadgetNote(), { noteId: newId('not'), gadgetId, text });
  }
}
