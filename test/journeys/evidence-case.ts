import { createHash } from 'node:crypto';
import type { Reply } from '../support/officer.js';
import type { Remit } from '../support/remit.js';

export interface Problem {
  errorCode: string;
  currentVersion?: number;
  invalidParams?: { name: string }[];
}

export interface Custody {
  data: {
    seq: number;
    type: string;
    actorId: string;
    details: Record<string, unknown>;
    reason: string | null;
    previousHash: string;
    hash: string;
  }[];
  verification: { events: number; intact: boolean; firstBroken: { seq: number; reason: string } | null };
}

export const sha256 = (content: string | Buffer, encoding: 'hex' | 'base64' = 'hex'): string =>
  createHash('sha256').update(content).digest(encoding);

export const digestHeader = (content: string | Buffer): string => `sha-256=:${sha256(content, 'base64')}:`;

/** A case of an application, for which officers collect evidence. */
export class EvidenceCase {
  private constructor(
    readonly remit: Remit,
    readonly caseId: string,
    readonly partyId: string,
  ) {}

  static async of(remit: Remit): Promise<EvidenceCase> {
    const ines = remit.as('intake_ines');
    const { body: party } = await ines.post<{ partyId: string }>('/parties', { kind: 'PERSON', legalName: 'Ada Rowe' });
    const made = new EvidenceCase(remit, '', party.partyId);
    return new EvidenceCase(remit, await made.anotherCase(), party.partyId);
  }

  async anotherCase(more: object = {}): Promise<string> {
    const parties = [{ partyId: this.partyId, role: 'SUBJECT' }];
    const { body } = await this.remit.as('supervisor_sol').post<{ caseId: string }>('/cases', {
      caseTypeCode: 'WASTE',
      parties,
      ...more,
    });
    return body.caseId;
  }

  registration(more: object = {}): object {
    return {
      caseId: this.caseId,
      title: 'Photograph of the outfall',
      mediaType: 'text/plain',
      classification: 'CONFIDENTIAL',
      collectedAt: '2026-01-05T09:30:00Z',
      collectedBy: 'Ivo Marsh',
      ...more,
    };
  }

  /** @returns the id of an item, with this content if one is given */
  async item(more: object = {}, content?: string | Buffer): Promise<string> {
    const { body } = await this.remit.as('investigator_ivo').post<{ evidenceId: string }>('/evidence', this.registration(more)); // prettier-ignore
    if (content !== undefined) await this.put(body.evidenceId, content, '"1"');
    return body.evidenceId;
  }

  put(
    evidenceId: string,
    content: string | Buffer,
    ifMatch: string,
    headers: Record<string, string> = {},
    actorId = 'investigator_ivo',
  ): Promise<Reply<Record<string, unknown> & Problem>> {
    return this.remit.as(actorId).send('PUT', `/evidence/${evidenceId}/content`, content, {
      'content-type': 'application/octet-stream',
      'if-match': ifMatch,
      ...headers,
    });
  }

  async token(actorId: string): Promise<string> {
    const response = await fetch(`${this.remit.baseUrl}/api/v1/dev/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ actorId }),
    });
    return ((await response.json()) as { accessToken: string }).accessToken;
  }

  async etag(evidenceId: string): Promise<string> {
    return (await this.remit.as('custodian_cleo').get(`/evidence/${evidenceId}`)).headers.get('etag') ?? '';
  }

  async custody(evidenceId: string): Promise<Custody> {
    return (await this.remit.as('supervisor_sol').get<Custody>(`/evidence/${evidenceId}/custody`)).body;
  }

  async classify(evidenceId: string, classification: string): Promise<void> {
    await this.remit
      .as('custodian_cleo')
      .post(`/evidence/${evidenceId}/classification`, { classification, reason: 'Names an informant' }, { 'if-match': await this.etag(evidenceId) }); // prettier-ignore
  }

  grant(evidenceId: string, granteeId: string, expiresAt: string): Promise<Reply<Record<string, unknown> & Problem>> {
    return this.remit
      .as('custodian_cleo')
      .post(`/evidence/${evidenceId}/access-grants`, { granteeId, purpose: 'Preparing the hearing', expiresAt });
  }
}

/** By the application's clock, which tests move. */
export const inDays = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString();
