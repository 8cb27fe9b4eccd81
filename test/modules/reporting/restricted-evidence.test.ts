import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EvidenceClassified } from '../../../src/contracts/evidence/evidence-classified.v1.js';
import { EvidenceContentAdded } from '../../../src/contracts/evidence/evidence-content-added.v1.js';
import { EvidenceHeld } from '../../../src/contracts/evidence/evidence-held.v1.js';
import { EvidenceRegistered } from '../../../src/contracts/evidence/evidence-registered.v1.js';
import { FindingRecorded } from '../../../src/contracts/investigation/finding-recorded.v1.js';
import type { Classification } from '../../../src/contracts/shared/values.js';
import { newId } from '../../../src/platform/base/ids.js';
import type { EventContract } from '../../../src/platform/messaging/envelope.js';
import type { LoggedEvent } from '../../support/log.js';
import type { Officer } from '../../support/officer.js';
import { RunningReporting } from './running-reporting.js';
import type { CaseStory } from './samples.js';

let reporting: RunningReporting;
beforeAll(async () => {
  reporting = await RunningReporting.start();
});
afterAll(() => reporting.stop());

const MEDIA_TYPE = 'application/vnd.kanarienvogel';

/** An item with its sixteenth content, as its owner tells of it. */
class ItemStory {
  readonly evidenceId = newId('ev');
  private version = 0;

  constructor(private readonly caseId: string) {}

  registered(classification: Classification): LoggedEvent[] {
    return [
      this.of(EvidenceRegistered, { classification, mediaType: MEDIA_TYPE }),
      this.of(EvidenceContentAdded, { evidenceVersion: 16, checksumSha256: 'c0ffee', size: 1, classification }),
    ];
  }

  classified(from: Classification, to: Classification): LoggedEvent {
    return this.of(EvidenceClassified, { from, to, evidenceVersion: 16, classificationVersion: this.version });
  }

  held(held: boolean): LoggedEvent {
    return this.of(EvidenceHeld, { held });
  }

  private of(contract: Pick<EventContract, 'type' | 'version'>, payload: object): LoggedEvent {
    const { evidenceId, caseId } = this;
    this.version += 1;
    return {
      ...{ producer: 'evidence', aggregateType: 'evidence', aggregateId: evidenceId, contract },
      aggregateVersion: this.version,
      payload: { evidenceId, caseId, ...payload },
    };
  }
}

const findingOn = ({ caseId }: CaseStory, ...items: readonly ItemStory[]): LoggedEvent => {
  const findingId = newId('fnd');
  const evidenceRefs = items.map(({ evidenceId }) => ({ evidenceId, evidenceVersion: 16 }));
  return {
    ...{ producer: 'investigation', aggregateType: 'finding', aggregateId: findingId, aggregateVersion: 1 },
    contract: FindingRecorded,
    payload: {
      ...{ caseId, findingId, investigationId: newId('inv'), allegationId: newId('alg') },
      ...{ conclusion: 'SUBSTANTIATED', evidenceRefs },
    },
  };
};

interface Matter {
  evidence: { evidenceId: string; redacted?: string[] }[];
  findings: { evidenceRefs: { evidenceId: string }[]; redacted?: string[] }[];
}

describe('evidence in the dossier', () => {
  const matter = async (story: CaseStory, after: string, officer: Officer): Promise<{ data: Matter; text: string }> => {
    const { body, text } = await reporting.dossier(story, after, officer);
    return { data: body.data as unknown as Matter, text };
  };

  it('above the clearance is an id and a classification, also where a finding rests on it', async () => {
    const [story] = await reporting.knownCase([]);
    const [open, secret] = [new ItemStory(story.caseId), new ItemStory(story.caseId)];
    await reporting.append(...open.registered('INTERNAL'), ...secret.registered('RESTRICTED'));
    const after = await reporting.append(findingOn(story, open, secret));
    const low = await matter(story, after, reporting.ivo);
    expect(low.data.evidence).toEqual([
      {
        ...{ evidenceId: open.evidenceId, evidenceStatus: 'STORED', classification: 'INTERNAL', held: false },
        ...{ mediaType: MEDIA_TYPE, evidenceVersion: 16 },
      },
      {
        ...{ evidenceId: secret.evidenceId, evidenceStatus: 'STORED', classification: 'RESTRICTED', held: false },
        ...{ mediaType: null, evidenceVersion: null },
        redacted: ['mediaType', 'evidenceVersion'],
      },
    ]);
    expect(low.data.findings).toMatchObject([
      { evidenceRefs: [{ evidenceId: open.evidenceId, evidenceVersion: 16 }], redacted: ['evidenceRefs'] },
    ]);
    const high = await matter(story, after, reporting.sol);
    expect(high.data.findings[0]).not.toHaveProperty('redacted');
    expect(high.data.findings[0]?.evidenceRefs).toHaveLength(2);
    expect(high.data.evidence.every((each) => each.redacted === undefined)).toBe(true);
  });

  it('is held for as long as its owner says so', async () => {
    const [story] = await reporting.knownCase([]);
    const item = new ItemStory(story.caseId);
    await reporting.append(...item.registered('INTERNAL'));
    const held = await reporting.append(item.held(true));
    expect((await matter(story, held, reporting.ivo)).data.evidence).toMatchObject([{ held: true }]);
    const lifted = await reporting.append(item.held(false));
    expect((await matter(story, lifted, reporting.ivo)).data.evidence).toMatchObject([{ held: false }]);
  });

  it('follows every reclassification, upwards and downwards', async () => {
    const [story] = await reporting.knownCase([]);
    const item = new ItemStory(story.caseId);
    await reporting.append(...item.registered('INTERNAL'), findingOn(story, item));
    const raised = await reporting.append(item.classified('INTERNAL', 'RESTRICTED'));
    const hidden = await matter(story, raised, reporting.ivo);
    expect(hidden.text).not.toContain(MEDIA_TYPE);
    expect(hidden.data.findings).toMatchObject([{ evidenceRefs: [], redacted: ['evidenceRefs'] }]);
    const lowered = await reporting.append(item.classified('RESTRICTED', 'CONFIDENTIAL'));
    const shown = await matter(story, lowered, reporting.ivo);
    expect(shown.text).toContain(MEDIA_TYPE);
    expect(shown.data.findings).toMatchObject([{ evidenceRefs: [{ evidenceId: item.evidenceId }] }]);
    expect(shown.text).not.toContain('redacted');
  });

  it('whose classification is not known here yet is for nobody', async () => {
    const [story] = await reporting.knownCase([]);
    const unknown = new ItemStory(story.caseId);
    const after = await reporting.append(findingOn(story, unknown));
    const { data, text } = await matter(story, after, reporting.sol);
    expect(data.findings).toMatchObject([{ evidenceRefs: [], redacted: ['evidenceRefs'] }]);
    expect(text).not.toContain(unknown.evidenceId);
  });
});
