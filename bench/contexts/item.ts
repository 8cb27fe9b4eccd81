import { Column, Entity, PrimaryColumn } from 'typeorm';
import { newId } from '../../src/platform/base/ids.js';
import type { UnitOfWork } from '../../src/platform/messaging/unit-of-work.js';

/** What the bench's events are about. */
@Entity({ name: 'item' })
export class Item {
  @PrimaryColumn({ name: 'item_id', type: 'text' })
  itemId!: string;

  @Column({ type: 'integer' })
  version!: number;

  @Column({ type: 'text' })
  title!: string;
}

export class ItemChanged {
  static readonly type = 'ItemChanged';
  static readonly version = 1;
  itemId!: string;
  title!: string;
  note!: string;
}

/** With it an event comes to about 500 bytes. */
export const NOTE =
  'An inspection on site found discharge above the permitted level at the outfall. Samples were taken and sealed, ' +
  'the operator was told, and a second visit was set for the week after.';
export const TITLE = 'Discharge above the weir';

/** Stages a new item with its event, as a use case does. */
export function stageItem(tx: UnitOfWork): Item {
  const item = Object.assign(new Item(), { itemId: newId('item'), version: 0, title: TITLE });
  tx.add(item);
  tx.publish(item, ItemChanged, { itemId: item.itemId, title: TITLE, note: NOTE });
  tx.audit({ eventType: 'ItemMadeAudit', action: 'MAKE_ITEM', subject: { itemId: item.itemId }, subjectVersion: 1 });
  return item;
}
