import type { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { IsInt, IsOptional, Max, Min } from 'class-validator';
import { Type } from 'class-transformer';
import { nameOfRef } from '../../contracts/shared/evidence-ref.js';
import { Clock } from '../../platform/base/clock.js';
import { currentCall } from '../../platform/base/context.js';
import { ModuleDatabase } from '../../platform/database/module-database.js';
import { Work } from '../../platform/messaging/work.js';
import { refuse } from '../../platform/base/refusal.js';
import { AccessGrant } from './access-grant.js';
import { rangeOf, type ByteRange } from './content/byte-range.js';
import { VerifyContents } from './content/verify-contents.js';
import { noteCustody } from './custody-event.js';
import { EvidenceAccess, standingOf } from './evidence-access.js';
import { EvidenceItem } from './evidence-item.js';
import { EvidenceVersion } from './evidence-version.js';
import { refuseEvidence } from './evidence.errors.js';

export class ContentQuery {
  /** The newest unless given. */
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(2_147_483_647)
  version?: number;
}

/** What a reader asks for besides the version. */
export interface Wanted {
  /** The `Range` header. */
  range: string | undefined;
  /** The `If-Range` header. */
  ifRange: string | undefined;
  /** HEAD: no byte is read, so nothing is said of it to the chain of custody. */
  headersOnly: boolean;
}

export interface ReadableContent {
  item: EvidenceItem;
  version: EvidenceVersion;
  range: ByteRange | 'WHOLE' | 'UNSATISFIABLE';
  /** Absent for headers alone, and for a range that is not there. */
  bytes?: Readable;
}

export const contentTag = ({ checksumSha256 }: EvidenceVersion): string => `"${checksumSha256}"`;

/** Hands out contents. Who read what, and who was refused, is committed before the first byte leaves. */
@Injectable()
export class ReadContent {
  constructor(
    private readonly work: Work,
    private readonly database: ModuleDatabase,
    private readonly clock: Clock,
    private readonly access: EvidenceAccess,
    private readonly verifyContents: VerifyContents,
  ) {}

  async run(evidenceId: string, query: ContentQuery, wanted: Wanted): Promise<ReadableContent> {
    const item = await this.readable(evidenceId);
    const evidenceVersion = query.version ?? item.evidenceVersion;
    const [version] = await this.database.find(EvidenceVersion, { evidenceId, evidenceVersion });
    if (!version) throw refuse.NOT_FOUND('It has no such content.');
    // A range of what the reader had before makes no sense of what is there now.
    const stale = wanted.ifRange !== undefined && wanted.ifRange !== contentTag(version);
    const range = rangeOf(stale ? undefined : wanted.range, version.size);
    if (wanted.headersOnly || range === 'UNSATISFIABLE') return { item, version, range };
    // All of it, also for a part: what is not known to be right is not handed out. It costs one more reading.
    const content = await this.verifyContents.openIntact(version.checksumSha256);
    if (!content) {
      await this.refuse(item, version.evidenceVersion, 'EVIDENCE_CONTENT_DAMAGED');
      throw refuseEvidence.EVIDENCE_CONTENT_DAMAGED();
    }
    const { first, last } = range === 'WHOLE' ? { first: 0, last: version.size - 1 } : range;
    try {
      await this.record(item, version, { first, last });
      return { item, version, range, bytes: content.read(first, last) };
    } catch (error) {
      await content.close();
      throw error;
    }
  }

  /** @throws NOT_FOUND; EVIDENCE_ACCESS_REFUSED. Both are recorded, where there is an item in its chain of custody too */
  private async readable(evidenceId: string): Promise<EvidenceItem> {
    const { actor } = currentCall();
    const [[item], grants] = await Promise.all([
      this.database.find(EvidenceItem, { evidenceId }),
      this.database.find(AccessGrant, { evidenceId, granteeId: actor.actorId }),
    ]);
    if (!item) {
      await this.refuseUnknown(evidenceId);
      throw refuse.NOT_FOUND();
    }
    const seesCase = (await this.access.visibleCase(item.caseId)) !== undefined;
    const standing = standingOf(actor, item, { seesCase, grants, now: this.clock.now() });
    if (standing === 'OPEN') return item;
    const refusal = standing === 'HIDDEN' ? refuse.NOT_FOUND() : refuseEvidence.EVIDENCE_ACCESS_REFUSED();
    await this.refuse(item, item.evidenceVersion, refusal.errorCode);
    throw refusal;
  }

  private record(
    item: EvidenceItem,
    { evidenceVersion, checksumSha256, size }: EvidenceVersion,
    { first, last }: ByteRange,
  ): Promise<unknown> {
    const { evidenceId, caseId } = item;
    return this.work.run((tx) => {
      noteCustody(tx, evidenceId, 'ACCESSED', {
        evidenceVersion,
        checksumSha256,
        ...(last - first + 1 < size && { firstByte: first, lastByte: last }),
      });
      tx.audit({
        eventType: 'EvidenceReadAudit',
        action: 'READ_EVIDENCE_CONTENT',
        subject: { caseId, evidenceId },
        subjectVersion: item.version,
        dataUsed: [`${evidenceId}@${item.version}`],
        evidenceRefs: [nameOfRef({ evidenceId, evidenceVersion })],
      });
      return { body: {} };
    });
  }

  /** Recorded as for an item that is there: an answer that takes no write would tell that there is none. */
  private refuseUnknown(evidenceId: string): Promise<unknown> {
    return this.work.run((tx) => {
      tx.audit({
        eventType: 'EvidenceReadRefusedAudit',
        action: 'READ_EVIDENCE_CONTENT',
        subject: { evidenceId },
        afterState: 'REFUSED',
        reasonCode: 'NOT_FOUND',
      });
      return { body: {} };
    });
  }

  private refuse(item: EvidenceItem, evidenceVersion: number, reasonCode: string): Promise<unknown> {
    const { evidenceId, caseId } = item;
    return this.work.run((tx) => {
      noteCustody(tx, evidenceId, 'ACCESS_REFUSED', { evidenceVersion, reasonCode });
      tx.audit({
        eventType: 'EvidenceReadRefusedAudit',
        action: 'READ_EVIDENCE_CONTENT',
        subject: { caseId, evidenceId },
        subjectVersion: item.version,
        afterState: 'REFUSED',
        reasonCode,
        evidenceRefs: evidenceVersion > 0 ? [nameOfRef({ evidenceId, evidenceVersion })] : [],
      });
      return { body: {} };
    });
  }
}
