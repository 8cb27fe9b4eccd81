import { requireOpenCase } from '../../casework/closed-cases.js';
import { nameOfRef } from '../../contracts/shared/evidence-ref.js';
import type { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import { EvidenceContentAdded } from '../../contracts/evidence/evidence-content-added.v1.js';
import type { CaseworkConfiguration } from '../../casework/configuration.js';
import { CONFIGURATION } from '../../platform/base/configuration.js';
import { currentCall } from '../../platform/base/context.js';
import { ModuleDatabase } from '../../platform/database/module-database.js';
import type { Answer } from '../../platform/messaging/answer.js';
import { coverContent } from '../../platform/messaging/digest.js';
import type { UnitOfWork } from '../../platform/messaging/unit-of-work.js';
import { Work } from '../../platform/messaging/work.js';
import { invalid, refuse } from '../../platform/base/refusal.js';
import { digestSaid } from './content/content-digest.js';
import { ContentTooLarge, CONTENT_STORE, type ContentStore, type ReceivedContent } from './content/content-store.js';
import { contradicts } from './content/media-type.js';
import { StoredContents } from './content/stored-contents.js';
import { noteCustody } from './custody-event.js';
import { EvidenceAccess, isCleared } from './evidence-access.js';
import { EvidenceItem } from './evidence-item.js';
import { EvidenceVersion } from './evidence-version.js';
import { refuseEvidence } from './evidence.errors.js';

/** Makes what arrives the next version of an item's contents. */
@Injectable()
export class AddContent {
  constructor(
    private readonly work: Work,
    private readonly database: ModuleDatabase,
    private readonly access: EvidenceAccess,
    private readonly contents: StoredContents,
    @Inject(CONTENT_STORE) private readonly store: ContentStore,
    @Inject(CONFIGURATION) private readonly configuration: CaseworkConfiguration,
  ) {}

  /** @param digest the `Content-Digest` header */
  async run(evidenceId: string, body: Readable, digest: string | undefined): Promise<Answer> {
    const said = digestSaid(digest);
    const found = await this.access.enter(evidenceId);
    // A key that was answered is about what was sent then: only the content shows whether this is the same request.
    const answered = await this.work.isAnswered(currentCall());
    if (!answered) {
      requireOpenCase(found);
      await this.requireAddable(evidenceId);
    }
    const content = await this.receive(body);
    try {
      if (content.size === 0) throw invalid({ name: 'body', code: 'NOT_EMPTY', reason: 'The content is empty.' });
      if (said !== undefined && said !== content.sha256) throw refuseEvidence.CONTENT_DIGEST_MISMATCH();
      coverContent(currentCall(), content.sha256);
      const first = await this.work.firstAnswer(currentCall());
      if (first) return first;
      await this.requireDeclaredType(evidenceId, content);
      // On disk and known to the books before the commit that names it.
      await this.contents.claim(content.sha256, content.size);
      await content.keep();
      return await this.work.run((tx) => commit(tx, evidenceId, content, `${found.caseId}@${found.version}`));
    } finally {
      await content.discard();
    }
  }

  /** Asked before anything is transferred, and again by the commit. */
  private async requireAddable(evidenceId: string): Promise<void> {
    const [item] = await this.database.find(EvidenceItem, { evidenceId });
    if (item) requireAddable(item);
  }

  private async receive(body: Readable): Promise<ReceivedContent> {
    try {
      // Left open when this refuses: the refusal goes back on the same connection.
      const bytes = body.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
      return await this.store.receive(bytes, this.configuration.evidenceLimitBytes);
    } catch (error) {
      if (error instanceof ContentTooLarge)
        throw refuse.PAYLOAD_TOO_LARGE(`At most ${this.configuration.evidenceLimitBytes} bytes are taken.`);
      if (body.destroyed && !body.readableEnded) throw refuseEvidence.UPLOAD_INTERRUPTED();
      throw error;
    }
  }

  private async requireDeclaredType(evidenceId: string, { head }: ReceivedContent): Promise<void> {
    const [item] = await this.database.find(EvidenceItem, { evidenceId });
    if (item && (await contradicts(item.mediaType, head)))
      throw refuseEvidence.MEDIA_TYPE_MISMATCH(`It was registered as ${item.mediaType}.`);
  }
}

/** Who registered an item has its content in hand, whatever their clearance; anybody else needs it. */
export function requireAddable(item: EvidenceItem): void {
  const { actor, expectedVersion } = currentCall();
  if (!isCleared(actor, item) && item.registeredBy !== actor.actorId) throw refuseEvidence.EVIDENCE_ACCESS_REFUSED();
  if (expectedVersion !== undefined && expectedVersion !== item.version)
    throw refuse.VERSION_MISMATCH('Read it again, look at what changed, and repeat the command with its new ETag.', {
      currentVersion: item.version,
    });
}

async function commit(tx: UnitOfWork, evidenceId: string, { sha256, size }: ReceivedContent, usedCase: string) {
  const item = await tx.load(EvidenceItem, evidenceId);
  requireAddable(item);
  const beforeState = item.status;
  item.addContent();
  const { caseId, evidenceVersion, classification, status } = item;
  const by = { addedAt: tx.occurredAt, addedBy: currentCall().actor.actorId };
  tx.add(Object.assign(new EvidenceVersion(), { evidenceId, evidenceVersion, checksumSha256: sha256, size, ...by }));
  tx.publish(item, EvidenceContentAdded, {
    caseId,
    evidenceId,
    evidenceVersion,
    checksumSha256: sha256,
    size,
    classification,
  });
  noteCustody(tx, evidenceId, 'STORED', { evidenceVersion, checksumSha256: sha256, size });
  tx.audit({
    eventType: 'EvidenceContentAddedAudit',
    action: 'ADD_EVIDENCE_CONTENT',
    subject: { caseId, evidenceId },
    subjectVersion: item.version,
    beforeState,
    afterState: status,
    dataUsed: [usedCase, `${evidenceId}@${item.version - 1}`],
    evidenceRefs: [nameOfRef(item)],
  });
  return { body: { evidenceId, evidenceVersion, checksumSha256: sha256, size, status }, of: item };
}
