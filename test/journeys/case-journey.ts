import { eventually } from '../support/eventually.js';
import type { Officer, Reply } from '../support/officer.js';
import type { Remit } from '../support/remit.js';

export type Answered = Record<string, unknown> & {
  version: number;
  status: string;
  errorCode?: string;
  publishedEventId: string;
};

interface Page<Row> {
  data: Row[];
}

/** One case on its way through every module, each step over HTTP by the officer whose it is. */
export class CaseJourney {
  investigationId = '';
  allegationId = '';
  evidenceId = '';
  findingId = '';
  packageId = '';
  decisionId = '';

  constructor(
    readonly remit: Remit,
    readonly caseId: string,
    readonly partyId: string,
  ) {}

  as(actorId: string): Officer {
    return this.remit.as(actorId);
  }

  /** @throws Error when it is refused */
  async done(reply: Promise<Reply<Answered>>): Promise<Answered> {
    const { status, body, text } = await reply;
    if (status >= 300) throw new Error(`It was refused: ${status} ${text}`);
    return body;
  }

  /** A command on something that is there, at its present version. */
  async command(actorId: string, aggregate: string, intent: string, body: object = {}): Promise<Reply<Answered>> {
    const { headers } = await this.as('supervisor_sol').get(aggregate);
    return this.as(actorId).post(`${aggregate}/${intent}`, body, { 'if-match': headers.get('etag') ?? '' });
  }

  /** The process of the case has opened its investigation. */
  async investigationOpened(): Promise<void> {
    const { body } = await eventually(
      () => this.as('investigator_ivo').get<Page<{ investigationId: string }>>(`/investigations?caseId=${this.caseId}`),
      (reply) => reply.body.data.length > 0,
    );
    this.investigationId = body.data[0]?.investigationId ?? '';
  }

  async allege(statement: string): Promise<void> {
    const body = await this.done(
      this.as('investigator_ivo').post(`/investigations/${this.investigationId}/allegations`, {
        statement,
        legalBasisCode: 'M.G.L. c. 131 § 40',
        againstPartyId: this.partyId,
      }),
    );
    this.allegationId = String(body.allegationId);
  }

  async collect(content: Buffer, title: string, collectedBy: string): Promise<void> {
    const body = await this.done(
      this.as('investigator_ivo').post('/evidence', {
        ...{ caseId: this.caseId, title, collectedBy, collectedAt: '2026-01-05T09:30:00Z' },
        ...{ mediaType: 'application/octet-stream', classification: 'CONFIDENTIAL' },
      }),
    );
    this.evidenceId = String(body.evidenceId);
    await this.upload(content);
  }

  async upload(content: Buffer): Promise<Answered> {
    const { headers } = await this.as('custodian_cleo').get(`/evidence/${this.evidenceId}`);
    return this.done(
      this.as('custodian_cleo').send('PUT', `/evidence/${this.evidenceId}/content`, content, {
        'content-type': 'application/octet-stream',
        'if-match': headers.get('etag') ?? '',
      }),
    );
  }

  async find(statement: string): Promise<void> {
    const body = await this.done(
      this.as('investigator_ivo').post(`/allegations/${this.allegationId}/findings`, {
        statement,
        conclusion: 'SUBSTANTIATED',
        evidenceRefs: [{ evidenceId: this.evidenceId, evidenceVersion: 1 }],
      }),
    );
    this.findingId = String(body.findingId);
  }

  async conclude(): Promise<void> {
    const recommendation = 'PROCEED_TO_DECISION';
    await this.done(
      this.command('investigator_ivo', `/investigations/${this.investigationId}`, 'submission', { recommendation }),
    );
  }

  async draft(): Promise<void> {
    const body = await this.done(
      this.as('legal_lena').post('/decision-packages', {
        ...{ caseId: this.caseId, investigationId: this.investigationId },
        ...{ evidenceIds: [this.evidenceId], subjectPartyId: this.partyId },
      }),
    );
    this.packageId = String(body.decisionPackageId);
  }

  /** Again where evidence was reclassified while it was captured. */
  submit(): Promise<Answered> {
    return this.done(
      eventually(
        () => this.command('legal_lena', `/decision-packages/${this.packageId}`, 'submission'),
        ({ body }) => body.errorCode !== 'EVIDENCE_RECLASSIFIED_MEANWHILE',
      ),
    );
  }

  reject(reason: string): Promise<Answered> {
    return this.done(this.command('authority_ada', `/decision-packages/${this.packageId}`, 'rejection', { reason }));
  }

  /** What an authority decides. */
  determination(reasoning: string): object {
    const { partyId } = this;
    return {
      ...{ outcome: 'REMEDIATION_ORDER', legalBasisCodes: ['M.G.L. c. 131 § 40'], reasoning, noticeRequired: true },
      obligations: [{ obligationType: 'REMEDIATION', partyId, dueInDays: 90 }],
    };
  }

  approve(actorId: string, reasoning: string): Promise<Reply<Answered>> {
    return this.command(actorId, `/decision-packages/${this.packageId}`, 'approval', this.determination(reasoning));
  }

  classify(classification: string, reason: string): Promise<Answered> {
    return this.done(
      this.command('custodian_cleo', `/evidence/${this.evidenceId}`, 'classification', { classification, reason }),
    );
  }

  /** Asks until it is so; what comes about by events takes a moment. */
  async comesTo<Body>(actorId: string, path: string, isSo: (body: Body) => boolean): Promise<Body> {
    return (await eventually(() => this.as(actorId).get<Body>(path), ({ body }) => isSo(body))).body; // prettier-ignore
  }

  /** The process of the case waits for this. */
  waitsFor(currentState: string): Promise<Page<{ currentState: string }>> {
    const path = `/processes?caseId=${this.caseId}`;
    return this.comesTo('legal_lena', path, ({ data }) => data[0]?.currentState === currentState);
  }

  reaches(status: string): Promise<Answered> {
    return this.comesTo('legal_lena', `/cases/${this.caseId}`, (body) => body.status === status);
  }
}
