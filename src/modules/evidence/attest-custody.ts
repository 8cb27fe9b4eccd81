import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Attests, type Attestation, type Read, type Testimony } from '../../platform/administration/attestation.js';
import { verifyCustody } from './custody-chain.js';

const ITEMS_AT_ONCE = 500;

/** Verifies the chain of custody of every item, and says by a hash over their heads that none was cut short. */
@Injectable()
@Attests()
export class AttestCustody implements Attestation {
  async attest(read: Read): Promise<Testimony> {
    const heads = createHash('sha256');
    let [items, events, broken] = [0, 0, 0];
    for (let after = ''; ;) {
      const page = await read<{ id: string }>({
        name: 'custody_items',
        text: 'SELECT evidence_id AS id FROM evidence_item WHERE evidence_id > $1 ORDER BY evidence_id LIMIT $2',
        values: [after, ITEMS_AT_ONCE],
      });
      for (const { id } of page) {
        const verdict = await verifyCustody(read, id);
        items += 1;
        events += verdict.events;
        broken += verdict.intact ? 0 : 1;
        heads.update(`${id} ${verdict.head?.seq ?? 0} ${verdict.head?.hash ?? ''}\n`);
      }
      const last = page.at(-1);
      if (!last || page.length < ITEMS_AT_ONCE) break;
      after = last.id;
    }
    const found = `${items} chains of custody, ${events} events, ${broken} broken, heads ${heads.digest('hex')}`;
    return { intact: broken === 0, found };
  }
}
