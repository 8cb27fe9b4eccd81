import { Injectable } from '@nestjs/common';
import { GetCaseReference, type CaseReference } from '../../contracts/case-registry/get-case-reference.js';
import { clearedFor, currentCall, isGuarded, type Actor } from '../../platform/base/context.js';
import { ModuleDatabase } from '../../platform/database/module-database.js';
import { Bus } from '../../platform/messaging/bus.js';
import type { UnitOfWork } from '../../platform/messaging/unit-of-work.js';
import { callerMayRead } from '../../casework/visibility.js';
import { refuse } from '../../platform/base/refusal.js';
import type { AccessGrant } from './access-grant.js';
import { EvidenceItem } from './evidence-item.js';
import { refuseEvidence } from './evidence.errors.js';

/** HIDDEN: not even that it exists. REDACTED: that it exists, as anybody who sees the case must know. OPEN: all of it. */
export type Standing = 'HIDDEN' | 'REDACTED' | 'OPEN';

export const isCleared = ({ clearance }: Actor, { classification }: Pick<EvidenceItem, 'classification'>): boolean =>
  !isGuarded('EVIDENCE', 'CLEARANCE') || clearedFor(clearance).includes(classification);

/**
 * How an item stands to a reader. A live grant opens the one item, whatever else would keep the reader from it, and
 * nothing besides: neither the case nor its other items.
 */
export function standingOf(
  actor: Actor,
  item: Pick<EvidenceItem, 'classification'>,
  { seesCase, grants, now }: { seesCase: boolean; grants: readonly AccessGrant[]; now: Date },
): Standing {
  if (grants.some((grant) => grant.granteeId === actor.actorId && grant.isLive(now))) return 'OPEN';
  if (!seesCase) return 'HIDDEN';
  return isCleared(actor, item) ? 'OPEN' : 'REDACTED';
}

/** Who may see and change what. Cases are asked of their owner each time: who left a team sees no more from then on. */
@Injectable()
export class EvidenceAccess {
  constructor(
    private readonly bus: Bus,
    private readonly database: ModuleDatabase,
  ) {}

  /** The case, if it is there and the caller may see it. */
  async visibleCase(caseId: string): Promise<CaseReference | undefined> {
    const found = await this.bus.ask(GetCaseReference, { caseId });
    return found && callerMayRead(found) ? found : undefined;
  }

  /**
   * Before a command on an item: its case must be there for the caller. A grant is for reading alone.
   * @throws NOT_FOUND: not yours and not there look the same
   */
  async enter(evidenceId: string): Promise<CaseReference> {
    const [item] = await this.database.find(EvidenceItem, { evidenceId });
    const found = item && (await this.visibleCase(item.caseId));
    if (!found) throw refuse.NOT_FOUND();
    return found;
  }
}

/** Loads, inside a command that has entered, the item at the version that the caller has seen. */
export async function loadCleared(tx: UnitOfWork, evidenceId: string): Promise<EvidenceItem> {
  const item = await tx.load(EvidenceItem, evidenceId);
  requireCleared(item);
  tx.requireExpected(item);
  return item;
}

/** @throws EVIDENCE_ACCESS_REFUSED */
export function requireCleared(item: EvidenceItem): void {
  if (!isCleared(currentCall().actor, item)) throw refuseEvidence.EVIDENCE_ACCESS_REFUSED();
}
