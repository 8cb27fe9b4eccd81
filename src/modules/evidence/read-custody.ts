import { Injectable } from '@nestjs/common';
import { currentCall } from '../../platform/base/context.js';
import { ModuleDatabase } from '../../platform/database/module-database.js';
import { cursorOf, pageOf, rowsToRead, type Page, type PageQuery } from '../../platform/http/page.js';
import { refuse } from '../../platform/base/refusal.js';
import { AccessGrant } from './access-grant.js';
import { verifyCustody, type CustodyRow, type CustodyVerdict } from './custody-chain.js';
import { EvidenceAccess, isCleared } from './evidence-access.js';
import { EvidenceItem } from './evidence-item.js';
import { refuseEvidence } from './evidence.errors.js';

export type ShownGrant = Omit<AccessGrant, 'isLive' | 'revoke'>;

/** What happened to an item and who was let to it, for those who watch over it. */
@Injectable()
export class ReadCustody {
  constructor(
    private readonly database: ModuleDatabase,
    private readonly access: EvidenceAccess,
  ) {}

  /** Oldest first. The whole chain is recomputed, whichever page is read. */
  async custody(evidenceId: string, query: PageQuery): Promise<Page<CustodyRow> & { verification: CustodyVerdict }> {
    await this.requireCleared(evidenceId);
    const [after = '0'] = cursorOf(query, 1) ?? [];
    const rows = await this.database.query<CustodyRow>({
      name: 'custody_events',
      text: `SELECT seq, type, actor_id AS "actorId", at, details, reason, previous_hash AS "previousHash", hash
             FROM custody_event WHERE evidence_id = $1 AND seq > $2 ORDER BY seq LIMIT $3`,
      values: [evidenceId, Number.parseInt(after, 10) || 0, rowsToRead(query)],
    });
    const verification = await verifyCustody((statement) => this.database.query(statement), evidenceId);
    return { ...pageOf(rows, query, ({ seq }) => [String(seq)]), verification };
  }

  /** Oldest first. */
  async grants(evidenceId: string, query: PageQuery): Promise<Page<ShownGrant>> {
    await this.requireCleared(evidenceId);
    const [after = ''] = cursorOf(query, 1) ?? [];
    const rows = await this.database.query<ShownGrant>({
      name: 'grants_of_item',
      text: `SELECT grant_id AS "grantId", version, evidence_id AS "evidenceId", case_id AS "caseId",
               grantee_id AS "granteeId", purpose, granted_at AS "grantedAt", granted_by AS "grantedBy",
               expires_at AS "expiresAt", revoked_at AS "revokedAt", revoked_by AS "revokedBy"
             FROM access_grant WHERE evidence_id = $1 AND grant_id > $2 ORDER BY grant_id LIMIT $3`,
      values: [evidenceId, after, rowsToRead(query)],
    });
    return pageOf(rows, query, ({ grantId }) => [grantId]);
  }

  private async requireCleared(evidenceId: string): Promise<void> {
    const [item] = await this.database.find(EvidenceItem, { evidenceId });
    if (!item || !(await this.access.visibleCase(item.caseId))) throw refuse.NOT_FOUND();
    if (!isCleared(currentCall().actor, item)) throw refuseEvidence.EVIDENCE_ACCESS_REFUSED();
  }
}
