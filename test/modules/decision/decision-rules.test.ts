import { describe, expect, it } from '@jest/globals';
import { DecisionCorrection } from '../../../src/modules/decision/correction/decision-correction.js';
import { requireSound, termsOf, type Determination } from '../../../src/modules/decision/outcome/determination.js';
import { DecisionPackage, type Authority } from '../../../src/modules/decision/package/decision-package.js';
import { DecisionReview } from '../../../src/modules/decision/review/decision-review.js';
import { newId } from '../../../src/platform/base/ids.js';

const NOW = new Date('2026-03-02T09:00:00Z');
const DAY = 86_400_000;
const ADA: Authority = { actorId: 'ada', clearance: 'CONFIDENTIAL' };

const drafted = (): DecisionPackage =>
  DecisionPackage.draft(
    { caseId: newId('case'), investigationId: newId('inv'), evidenceIds: [], subjectPartyId: newId('pty') },
    'lena',
    NOW,
  );

function submitted(): DecisionPackage {
  const made = drafted();
  made.submit('lena', NOW);
  return made;
}

const codeOf = (act: () => unknown): unknown => {
  try {
    act();
    return 'nothing stands against it';
  } catch (error) {
    return (error as { errorCode?: string }).errorCode ?? error;
  }
};

describe('a decision package', () => {
  it('is approved by another person, cleared for all that it rests on', () => {
    const made = submitted();
    expect(made.approve(ADA, ['PUBLIC', 'CONFIDENTIAL'], NOW)).toBe(made.decisionId);
    expect(made).toMatchObject({ status: 'FINALIZED', decisionVersion: 1, approvedBy: 'ada', finalizedAt: NOW });
  });

  it.each([
    ['a draft', 'PACKAGE_NOT_SUBMITTED', () => drafted(), ADA],
    ['a rejected one', 'PACKAGE_REJECTED', rejected, ADA],
    ['a finalized one', 'PACKAGE_FINALIZED', finalized, ADA],
    ['one under review', 'REVIEW_REQUIRED', underReview, ADA],
    ['one submitted by the same person', 'SEPARATION_OF_DUTIES', submitted, { ...ADA, actorId: 'lena' }],
    ['one above the clearance', 'AUTHORITY_NOT_CLEARED', submitted, { ...ADA, clearance: 'INTERNAL' }],
  ] as const)('is not approved when it is %s, and stays as it was', (_, code, make, authority) => {
    const made = make();
    const before = structuredClone({ ...made });
    expect(codeOf(() => made.approve(authority, ['INTERNAL', 'CONFIDENTIAL'], NOW))).toBe(code);
    expect({ ...made }).toEqual(before);
  });

  it.each([
    ['a draft', 'PACKAGE_NOT_SUBMITTED', () => drafted(), 'ada'],
    ['a rejected one', 'PACKAGE_REJECTED', rejected, 'ada'],
    ['a finalized one', 'PACKAGE_FINALIZED', finalized, 'ada'],
    ['one submitted by the same person', 'SEPARATION_OF_DUTIES', submitted, 'lena'],
  ] as const)('is not rejected when it is %s', (_, code, make, by) => {
    expect(codeOf(() => make().reject(by))).toBe(code);
  });

  it('is submitted again after rejection or review, and not otherwise', () => {
    for (const made of [rejected(), underReview()]) {
      made.submit('lou', NOW);
      expect(made).toMatchObject({ submission: 2, submittedBy: 'lou', status: 'AWAITING_APPROVAL' });
      expect(made.reviewRequired).toBe(false);
    }
    expect(codeOf(() => submitted().submit('lou', NOW))).toBe('PACKAGE_AWAITS_APPROVAL');
    expect(codeOf(() => finalized().submit('lou', NOW))).toBe('PACKAGE_FINALIZED');
  });

  it('is neither held up after it is finalized nor corrected before', () => {
    expect(() => finalized().requireReview()).toThrow('reviewed by itself');
    expect(() => submitted().correct()).toThrow('Only a decision');
    expect(finalized().correct()).toBe(2);
  });

  function rejected(): DecisionPackage {
    const made = submitted();
    made.reject('ada');
    return made;
  }

  function finalized(): DecisionPackage {
    const made = submitted();
    made.approve(ADA, [], NOW);
    return made;
  }

  function underReview(): DecisionPackage {
    const made = submitted();
    made.requireReview();
    return made;
  }
});

describe('what is decided', () => {
  const party = newId('pty');
  const sound: Determination = {
    outcome: 'PENALTY',
    legalBasisCodes: [' ACT-12-4 ', 'ACT-12-4'],
    reasoning: 'It went on for a year.',
    noticeRequired: true,
    obligations: [
      { obligationType: 'PENALTY', partyId: party, dueInDays: 30, amount: 100 },
      { obligationType: 'REPORTING', partyId: party, dueInDays: 30, amount: null, effectiveOn: 'ISSUANCE' },
    ],
  };

  it('says each legal basis once, and when an obligation takes effect', () => {
    const terms = termsOf(sound);
    expect(terms.legalBasisCodes).toEqual(['ACT-12-4']);
    expect(terms.obligations).toEqual([
      { obligationType: 'PENALTY', partyId: party, dueInDays: 30, amount: 100, effectiveOn: 'DELIVERY' },
      { obligationType: 'REPORTING', partyId: party, dueInDays: 30, effectiveOn: 'ISSUANCE' },
    ]);
    expect(codeOf(() => requireSound(terms, sound.reasoning, [party]))).toBe('nothing stands against it');
    expect(termsOf({ ...sound, obligations: null }).obligations).toEqual([]);
  });

  it('is refused when a party has no part in the case', () => {
    expect(codeOf(() => requireSound(termsOf(sound), sound.reasoning, []))).toBe('OBLIGATED_PARTY_NOT_OF_CASE');
  });
});

describe('a correction', () => {
  const asked = (approvedBy = 'ada'): DecisionCorrection =>
    DecisionCorrection.request(
      {
        ...{ decisionId: newId('dec'), caseId: newId('case'), ofDecisionVersion: 1, change: { outcome: 'WARNING' } },
        ...{ reasoningText: null, reason: 'It stopped.', ticketRef: null, approvedBy },
      },
      'lena',
      NOW,
    );
  const later = (days: number): Date => new Date(NOW.getTime() + days * DAY);

  it('is approved by whom it names, within fourteen days, on the version it was asked for', () => {
    const correction = asked();
    correction.approve('ada', 1, later(13.99));
    expect(correction).toMatchObject({ status: 'APPROVED', settledBy: 'ada', version: 2 });
  });

  it.each([
    ['by another', 'CORRECTION_OF_ANOTHER_AUTHORITY', (one: DecisionCorrection) => one.approve('abe', 1, NOW)],
    ['by its requester', 'SEPARATION_OF_DUTIES', (one: DecisionCorrection) => one.approve('lena', 1, NOW)],
    ['of an older version', 'CORRECTION_OUTDATED', (one: DecisionCorrection) => one.approve('ada', 2, NOW)],
    ['too late', 'CORRECTION_EXPIRED', (one: DecisionCorrection) => one.approve('ada', 1, later(14))],
    ['withdrawn by another', 'CORRECTION_OF_ANOTHER_OFFICER', (one: DecisionCorrection) => one.withdraw('ada', NOW)],
    ['handed to its requester', 'SEPARATION_OF_DUTIES', (one: DecisionCorrection) => one.handOver('lena', 'lena', NOW)],
    [
      'handed on by whom it names',
      'CORRECTION_OF_ANOTHER_OFFICER',
      (one: DecisionCorrection) => one.handOver('abe', 'ada', NOW),
    ],
    ['handed by another', 'CORRECTION_OF_ANOTHER_OFFICER', (one: DecisionCorrection) => one.handOver('abe', 'x', NOW)],
  ] as const)('is refused %s', (_, code, act) => {
    const correction = asked();
    expect(codeOf(() => act(correction))).toBe(code);
    expect(correction).toMatchObject({ status: 'AWAITING_APPROVAL', version: 1, approvedBy: 'ada' });
  });

  it('names another person, expires when it would have after being handed over, and is settled once', () => {
    expect(codeOf(() => asked('lena'))).toBe('SEPARATION_OF_DUTIES');
    const correction = asked();
    correction.handOver('abe', 'lena', later(13));
    expect(correction.statusAt(later(14))).toBe('EXPIRED');
    correction.reject('abe', 'No.', later(13));
    expect(correction.statusAt(later(14))).toBe('REJECTED');
    expect(codeOf(() => correction.withdraw('lena', later(13)))).toBe('CORRECTION_SETTLED');
  });
});

describe('a review', () => {
  it('is concluded once', () => {
    const review = Object.assign(new DecisionReview(), { status: 'OPEN', version: 1 });
    review.conclude({ conclusion: 'CONFIRMED', reason: 'Nothing follows.' }, 'ada', NOW);
    expect(review).toMatchObject({ status: 'CONCLUDED', conclusion: 'CONFIRMED', version: 2 });
    expect(codeOf(() => review.conclude({ conclusion: 'CONFIRMED', reason: 'x' }, 'abe', NOW))).toBe(
      'REVIEW_CONCLUDED',
    );
  });
});
