import { GetCaseReference, type CaseReference } from '../../../src/contracts/case-registry/get-case-reference.js';
import {
  GetEvidenceReference,
  type EvidenceReference,
} from '../../../src/contracts/evidence/get-evidence-reference.js';
import {
  GetSubmittedFindings,
  type SubmittedFindings,
} from '../../../src/contracts/investigation/get-submitted-findings.js';
import { GetPartySnapshot, type PartySnapshot } from '../../../src/contracts/party/get-party-snapshot.js';
import type { Classification } from '../../../src/contracts/shared/values.js';
import { newId } from '../../../src/platform/base/ids.js';
import { Kernel } from '../../../src/platform/kernel/kernel.js';
import type { RequestContract } from '../../../src/platform/messaging/envelope.js';
import type { QuestionHandler } from '../../../src/platform/messaging/handlers.js';
import type { TestModule } from '../../support/module.js';

/** One case with everything that a package about it rests on, as its owners answer. */
export interface Story {
  reference: CaseReference;
  findings: SubmittedFindings;
  party: PartySnapshot;
  complainantId: string;
  /** Every version that there is, the newest last. */
  evidence: EvidenceReference[];
}

const CHECKSUM = 'c0ffee'.padEnd(64, '0');

export function evidenceOf(caseId: string, classification: Classification = 'INTERNAL'): EvidenceReference {
  return { evidenceId: newId('ev'), evidenceVersion: 1, caseId, classification, checksumSha256: CHECKSUM };
}

export function newStory(about: Partial<CaseReference> = {}): Story {
  const [caseId, investigationId, partyId, complainantId] = [newId('case'), newId('inv'), newId('pty'), newId('pty')];
  const [named, restedOn] = [evidenceOf(caseId), evidenceOf(caseId)];
  return {
    reference: {
      caseId,
      caseNumber: 'WAT-2026-000007',
      status: 'DECISION_PENDING',
      classification: 'INTERNAL',
      restrictedToTeam: false,
      team: 'legal',
      version: 3,
      parties: [
        { partyId, role: 'SUBJECT' },
        { partyId: complainantId, role: 'COMPLAINANT' },
      ],
      ...about,
    },
    findings: {
      investigationId,
      investigationVersion: 5,
      caseId,
      recommendation: 'PROCEED_TO_DECISION',
      submittedAt: '2026-03-02T09:00:00.000Z',
      findings: [
        {
          findingId: newId('fnd'),
          findingVersion: 2,
          allegationId: newId('alg'),
          legalBasisCode: 'ACT-12-4',
          againstPartyId: partyId,
          conclusion: 'SUBSTANTIATED',
          statement: 'SECRET-STATEMENT of the finding.',
          evidenceRefs: [{ evidenceId: restedOn.evidenceId, evidenceVersion: 1 }],
        },
      ],
    },
    party: {
      partyId,
      partyVersion: 4,
      kind: 'ORGANISATION',
      legalName: 'SECRET-NAME Weir Paper Ltd',
      registrationNumber: 'SECRET-REG 556',
      classification: 'INTERNAL',
    },
    complainantId,
    evidence: [named, restedOn],
  };
}

/** What a test does to one of the owners before it answers. */
export type Interference = () => Promise<void> | void;

/** The owners of case, findings, evidence and party, answering of the stories that they know. */
export class OtherModules {
  readonly stories: Story[] = [];
  readonly before = new Map<string, Interference>();

  answerFor({ app }: TestModule): this {
    const { questions } = app.get(Kernel).switchboard;
    const answer = <Input extends object>({ type }: RequestContract<Input>, say: (input: Input) => unknown): void => {
      const handler: QuestionHandler<Input> = {
        answer: async (input) => {
          await this.before.get(type)?.();
          return structuredClone(say(input));
        },
      };
      questions.set(type, handler);
    };
    answer(
      GetCaseReference,
      ({ caseId }) => this.stories.find(({ reference }) => reference.caseId === caseId)?.reference ?? null,
    );
    answer(
      GetSubmittedFindings,
      ({ investigationId }) =>
        this.stories.find(({ findings }) => findings.investigationId === investigationId)?.findings ?? null,
    );
    answer(GetPartySnapshot, ({ partyIds }) =>
      this.stories.map(({ party }) => party).filter(({ partyId }) => partyIds.includes(partyId)),
    );
    answer(GetEvidenceReference, ({ references }) => references.flatMap((each) => this.find(each)));
    return this;
  }

  private find(wanted: GetEvidenceReference['references'][number]): EvidenceReference[] {
    const versions = this.stories
      .flatMap(({ evidence }) => evidence)
      .filter(({ evidenceId }) => evidenceId === wanted.evidenceId);
    const found = wanted.evidenceVersion
      ? versions.find(({ evidenceVersion }) => evidenceVersion === wanted.evidenceVersion)
      : versions.at(-1);
    return found ? [found] : [];
  }
}
