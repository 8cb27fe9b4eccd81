import { GetCaseReference, type CaseReference } from '../../../src/contracts/case-registry/get-case-reference.js';
import { DecisionFinalized } from '../../../src/contracts/decision/decision-finalized.v1.js';
import { EvidenceClassified } from '../../../src/contracts/evidence/evidence-classified.v1.js';
import {
  GetEvidenceReference,
  type EvidenceReference,
} from '../../../src/contracts/evidence/get-evidence-reference.js';
import { InvestigationOpenRequested } from '../../../src/contracts/workflow/investigation-open-requested.v1.js';
import { InvestigationModule } from '../../../src/modules/investigation/investigation.module.js';
import { newId } from '../../../src/platform/base/ids.js';
import type { TestDatabase } from '../../support/database.js';
import type { LoggedEvent } from '../../support/log.js';
import { startModule } from '../../support/module.js';
import { ObservedModule } from '../../support/observed-module.js';
import type { Reply } from '../../support/officer.js';

export type Answered = Record<string, unknown> & { version: number; errorCode?: string };

/** A case under investigation, as its owners know it. */
export interface Known {
  reference: CaseReference;
  caseId: string;
  partyId: string;
  investigationId: string;
}

export const openRequested = (caseId: string, epoch = 1): LoggedEvent => ({
  producer: 'workflow',
  contract: InvestigationOpenRequested,
  aggregateType: 'process_instance',
  aggregateId: newId('wf'),
  aggregateVersion: 2,
  payload: { caseId, epoch },
});

export const decisionFinalized = ({ caseId, partyId, investigationId }: Known): LoggedEvent => ({
  producer: 'decision',
  contract: DecisionFinalized,
  aggregateType: 'decision_package',
  aggregateId: newId('dpkg'),
  aggregateVersion: 3,
  payload: {
    ...{ caseId, investigationId, decisionId: newId('dec'), decisionVersion: 1, outcome: 'WARNING' },
    ...{ noticeRequired: true, obligationRequired: false, legalBasisCodes: ['ACT-12-4'] },
    ...{ addressees: [partyId], obligations: [] },
  },
});

export const evidenceClassified = (caseId: string, evidenceId: string, from: string, to: string): LoggedEvent => ({
  producer: 'evidence',
  contract: EvidenceClassified,
  aggregateType: 'evidence_item',
  aggregateId: evidenceId,
  aggregateVersion: 3,
  payload: { caseId, evidenceId, from, to, evidenceVersion: 1, classificationVersion: 2 },
});

/** Investigation alone, with Case Registry and Evidence answering of the cases and items that it knows. */
export class RunningInvestigation {
  readonly cases: CaseReference[] = [];
  readonly evidence: EvidenceReference[] = [];

  private constructor(readonly observed: ObservedModule) {}

  static async start(options: { database?: TestDatabase; alone?: boolean } = {}): Promise<RunningInvestigation> {
    const observed = await ObservedModule.of(await startModule(InvestigationModule, options), 'investigation');
    const running = new RunningInvestigation(observed);
    observed.answer(GetCaseReference, ({ caseId }) => running.cases.find((each) => each.caseId === caseId) ?? null);
    observed.answer(GetEvidenceReference, ({ references }) =>
      references.flatMap(({ evidenceId, evidenceVersion }) =>
        running.evidence.filter(
          (each) => each.evidenceId === evidenceId && each.evidenceVersion === (evidenceVersion ?? 1),
        ),
      ),
    );
    return running;
  }

  stop(): Promise<void> {
    return this.observed.stop();
  }

  /** A case whose investigation is open. */
  async opened(about: Partial<CaseReference> = {}): Promise<Known> {
    const [caseId, partyId] = [newId('case'), newId('pty')];
    const reference: CaseReference = {
      ...{ caseId, caseNumber: 'WAT-2026-000007', status: 'UNDER_INVESTIGATION', classification: 'INTERNAL' },
      ...{ restrictedToTeam: false, team: 'central', version: 3, parties: [{ partyId, role: 'SUBJECT' }] },
      ...about,
    };
    this.cases.push(reference);
    await this.observed.receives(openRequested(caseId));
    const [opened] = await this.observed.published(caseId);
    return { reference, caseId, partyId, investigationId: opened?.aggregateId ?? '' };
  }

  /** An item of evidence of the case, with contents in version 1. */
  item(caseId: string): { evidenceId: string; evidenceVersion: number } {
    const evidenceId = newId('ev');
    this.evidence.push({
      evidenceId,
      evidenceVersion: 1,
      caseId,
      classification: 'INTERNAL',
      checksumSha256: 'c0'.repeat(32),
    });
    return { evidenceId, evidenceVersion: 1 };
  }

  command(
    method: 'POST' | 'PATCH',
    path: string,
    body: unknown,
    { version, as = 'investigator_ivo', ...headers }: { version?: number; as?: string } & Record<string, unknown> = {},
  ): Promise<Reply<Answered>> {
    const ifMatch: Record<string, string> = version === undefined ? {} : { 'if-match': `"${version}"` };
    return this.observed.as(as).send<Answered>(method, path, body, { ...ifMatch, ...(headers as object) });
  }

  allege({ investigationId, partyId }: Known, change: object = {}, how = {}): Promise<Reply<Answered>> {
    const text = {
      statement: 'SECRET-ALLEGED: dyes in the brook.',
      legalBasisCode: 'ACT-12-4',
      againstPartyId: partyId,
    };
    return this.command('POST', `/investigations/${investigationId}/allegations`, { ...text, ...change }, how);
  }

  async alleged(known: Known): Promise<string> {
    return String((await this.allege(known)).body.allegationId);
  }

  find(allegationId: string, change: object = {}, how = {}): Promise<Reply<Answered>> {
    const text = { statement: 'SECRET-FOUND: it was dye.', conclusion: 'SUBSTANTIATED', evidenceRefs: [] };
    return this.command('POST', `/allegations/${allegationId}/findings`, { ...text, ...change }, how);
  }

  /** @returns the ids of a finding and of its allegation */
  async found(known: Known, change: object = {}): Promise<{ allegationId: string; findingId: string }> {
    const allegationId = await this.alleged(known);
    return { allegationId, findingId: String((await this.find(allegationId, change)).body.findingId) };
  }

  submit({ investigationId }: Known, recommendation = 'PROCEED_TO_DECISION', how = {}): Promise<Reply<Answered>> {
    return this.command(
      'POST',
      `/investigations/${investigationId}/submission`,
      { recommendation },
      { version: 1, ...how },
    );
  }
}
