import { Injectable } from '@nestjs/common';
import { Matches } from 'class-validator';
import { idOf } from '../../contracts/shared/values.js';
import { Clock } from '../../platform/base/clock.js';
import { currentCall } from '../../platform/base/context.js';
import { ModuleDatabase } from '../../platform/database/module-database.js';
import { cursorOf, pageOf, PageQuery, rowsToRead, type Page } from '../../platform/http/page.js';
import type { Redacted } from '../../platform/policy/redacted.js';
import { refuse } from '../../platform/base/refusal.js';
import { AccessGrant } from './access-grant.js';
import { EvidenceAccess, standingOf, type Standing } from './evidence-access.js';
import { EvidenceItem } from './evidence-item.js';

export class EvidenceQuery extends PageQuery {
  /** Of this case alone. */
  @Matches(idOf('case'))
  caseId!: string;
}

/** What of an item is for those who are cleared for it, or have a grant. */
const GUARDED = ['title', 'mediaType', 'evidenceVersion', 'collectedAt', 'collectedBy'] as const;
type Guarded = (typeof GUARDED)[number];

/** An item as its reader may see it. */
export type ShownItem = Omit<EvidenceItem, Guarded> & { [Field in Guarded]: EvidenceItem[Field] | null } & Redacted<
    Guarded | 'versions'
  >;

/** An item with its contents, oldest first; null where the reader is not cleared for them. */
export type WholeItem = ShownItem & { versions: ShownVersion[] | null };

/** One content of an item, and how its last check went. */
export interface ShownVersion {
  evidenceVersion: number;
  checksumSha256: string;
  size: number;
  addedAt: Date;
  addedBy: string;
  lastVerifiedAt: Date | null;
  damagedAt: Date | null;
}

function shown(item: EvidenceItem, standing: Exclude<Standing, 'HIDDEN'>): ShownItem {
  if (standing === 'OPEN') return item;
  const nothing = Object.fromEntries(GUARDED.map((field) => [field, null]));
  return Object.assign(item, nothing, { redacted: [...GUARDED] });
}

/** The owner's truth about items, without their contents. */
@Injectable()
export class ReadEvidence {
  constructor(
    private readonly database: ModuleDatabase,
    private readonly clock: Clock,
    private readonly access: EvidenceAccess,
  ) {}

  /** @throws NOT_FOUND when there is no such item, or it is not the caller's to see */
  async one(evidenceId: string): Promise<WholeItem> {
    const { actor } = currentCall();
    const [item] = await this.database.find(EvidenceItem, { evidenceId });
    if (!item) throw refuse.NOT_FOUND();
    const [found, grants, versions] = await Promise.all([
      this.access.visibleCase(item.caseId),
      this.database.find(AccessGrant, { evidenceId, granteeId: actor.actorId }),
      this.versions(evidenceId),
    ]);
    const standing = standingOf(actor, item, { seesCase: found !== undefined, grants, now: this.clock.now() });
    if (standing === 'HIDDEN') throw refuse.NOT_FOUND();
    const seen = shown(item, standing);
    if (standing === 'OPEN') return { ...seen, versions };
    // A checksum would confirm a guess at the content.
    return { ...seen, versions: null, redacted: [...GUARDED, 'versions'] };
  }

  /** The items of a case, newest first. Of a case that is not the caller's to see, those granted to them. */
  async list(query: EvidenceQuery): Promise<Page<ShownItem>> {
    const { actor } = currentCall();
    const { caseId } = query;
    const [found, grants] = await Promise.all([
      this.access.visibleCase(caseId),
      this.database.find(AccessGrant, { caseId, granteeId: actor.actorId }),
    ]);
    const now = this.clock.now();
    const granted = new Set(grants.filter((grant) => grant.isLive(now)).map(({ evidenceId }) => evidenceId));
    const [before = null] = cursorOf(query, 1) ?? [];
    const rows = await this.database.query<{ evidenceId: string }>({
      name: 'items_of_case',
      text: `SELECT evidence_id AS "evidenceId" FROM evidence_item
             WHERE case_id = $1 AND ($2 OR evidence_id = ANY ($3)) AND ($4::text IS NULL OR evidence_id < $4)
             ORDER BY evidence_id DESC LIMIT $5`,
      values: [caseId, found !== undefined, [...granted], before, rowsToRead(query)],
    });
    const page = pageOf(rows, query, ({ evidenceId }) => [evidenceId]);
    const ids = page.data.map(({ evidenceId }) => evidenceId);
    const items = await this.database.find(EvidenceItem, { evidenceId: ids });
    const data = ids.flatMap((id) => {
      const item = items.find(({ evidenceId }) => evidenceId === id);
      if (!item) return [];
      const standing = standingOf(actor, item, {
        seesCase: found !== undefined,
        grants: grants.filter(({ evidenceId }) => evidenceId === id),
        now,
      });
      return standing === 'HIDDEN' ? [] : [shown(item, standing)];
    });
    return { ...page, data };
  }

  private versions(evidenceId: string): Promise<ShownVersion[]> {
    return this.database.query<ShownVersion>({
      name: 'versions_of_item',
      text: `SELECT v.evidence_version AS "evidenceVersion", v.checksum_sha256 AS "checksumSha256",
               v.size::float8 AS size, v.added_at AS "addedAt", v.added_by AS "addedBy",
               c.last_verified_at AS "lastVerifiedAt", c.damaged_at AS "damagedAt"
             FROM evidence_version v JOIN stored_content c USING (checksum_sha256)
             WHERE v.evidence_id = $1 ORDER BY v.evidence_version`,
      values: [evidenceId],
    });
  }
}
