import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Attests, type Attestation, type Read, type Testimony } from '../../platform/administration/attestation.js';
import { chainsAfter, verifyChain } from './read-chains.js';

const CHAINS_AT_ONCE = 500;

/** Verifies every chain, and says by a hash over their heads that none was cut short or left out. */
@Injectable()
@Attests()
export class AttestChains implements Attestation {
  async attest(read: Read): Promise<Testimony> {
    const heads = createHash('sha256');
    let [chains, records, broken] = [0, 0, 0];
    for (let page = await chainsAfter(read, '', CHAINS_AT_ONCE); page.length > 0;) {
      for (const chain of page) {
        const verdict = await verifyChain(read, chain);
        chains += 1;
        records += verdict.records;
        broken += verdict.intact ? 0 : 1;
        heads.update(`${chain} ${verdict.head?.seq ?? 0} ${verdict.head?.hash ?? ''}\n`);
      }
      page = await chainsAfter(read, page.at(-1) ?? '', CHAINS_AT_ONCE);
    }
    const found = `${chains} chains, ${records} records, ${broken} broken, heads ${heads.digest('hex')}`;
    return { intact: broken === 0, found };
  }
}
