import fc from 'fast-check';
import { CaseRegistered } from '../../../src/contracts/case-registry/case-registered.v1.js';
import { DecisionCorrected } from '../../../src/contracts/decision/decision-corrected.v1.js';
import { DecisionFinalized } from '../../../src/contracts/decision/decision-finalized.v1.js';
import { DecisionPackageRejected } from '../../../src/contracts/decision/decision-package-rejected.v1.js';
import { DecisionPackageSubmitted } from '../../../src/contracts/decision/decision-package-submitted.v1.js';
import { DecisionReviewRequired } from '../../../src/contracts/decision/decision-review-required.v1.js';
import { FindingsSubmitted } from '../../../src/contracts/investigation/findings-submitted.v1.js';
import { InvestigationCompleted } from '../../../src/contracts/investigation/investigation-completed.v1.js';
import { InvestigationOpened } from '../../../src/contracts/investigation/investigation-opened.v1.js';
import type { ProcessState } from '../../../src/contracts/workflow/process-state.js';
import { newId } from '../../../src/platform/base/ids.js';
import type { LoggedEvent } from '../../support/log.js';

type Step = 'submit' | 'reject' | 'review';

/** How far a case came: told simply, so that what follows from it can be told simply too. */
export interface Course {
  opened: boolean;
  recommendation: 'PROCEED_TO_DECISION' | 'NO_FURTHER_ACTION' | null;
  /** What became of each package in turn. */
  packages: {
    steps: Step[];
    decided: boolean;
    noticeRequired: boolean;
    /** Whether each correction of the decision, in turn, asks for a notice. */
    corrections: boolean[];
    reviewedAfter: boolean;
  }[];
}

const packageOf = fc.record({
  steps: fc.array(fc.constantFrom<Step>('reject', 'review'), { maxLength: 4 }),
  endsSubmitted: fc.boolean(),
  decided: fc.boolean(),
  noticeRequired: fc.boolean(),
  corrections: fc.array(fc.boolean(), { maxLength: 3 }),
  reviewedAfter: fc.boolean(),
});

/** Courses that can happen: who owns a fact lets no other come about. */
export const courses: fc.Arbitrary<Course> = fc
  .record({
    opened: fc.boolean(),
    recommendation: fc.constantFrom(null, 'PROCEED_TO_DECISION' as const, 'NO_FURTHER_ACTION' as const),
    packages: fc.array(packageOf, { maxLength: 3 }),
  })
  .map(({ opened, recommendation, packages }) => ({
    opened,
    recommendation: opened ? recommendation : null,
    packages:
      opened && recommendation === 'PROCEED_TO_DECISION'
        ? packages.map(({ steps, endsSubmitted, decided, ...rest }) => ({
            ...rest,
            // Each submission is sent back, and at the end one is left standing or not.
            steps: ['submit' as const, ...steps.flatMap((step): Step[] => [step, 'submit'])].slice(
              0,
              endsSubmitted || decided || steps.length === 0 ? undefined : -1,
            ),
            decided,
          }))
        : [],
  }));

const event = (
  producer: string,
  contract: LoggedEvent['contract'],
  [aggregateType, aggregateId]: [string, string],
  aggregateVersion: number,
  payload: object,
): LoggedEvent => ({ id: newId('evt'), producer, contract, aggregateType, aggregateId, aggregateVersion, payload });

/** The events of a course in the order in which they happen. */
export function historyOf({ opened, recommendation, packages }: Course, caseId = newId('case')): LoggedEvent[] {
  const investigationId = newId('inv');
  const events = [
    event('case-registry', CaseRegistered, ['case_header', caseId], 1, {
      ...{ caseId, caseNumber: 'WAT-2026-000007', caseTypeCode: 'WAT', title: 'Weir', classification: 'INTERNAL' },
      ...{ restrictedToTeam: false, team: null, location: null, receivedOn: null, status: 'REGISTERED', parties: [] },
    }),
  ];
  const investigation: [string, string] = ['investigation', investigationId];
  if (opened)
    events.push(event('investigation', InvestigationOpened, investigation, 1, { caseId, investigationId, epoch: 1 }));
  if (recommendation)
    events.push(
      event('investigation', FindingsSubmitted, investigation, 2, {
        caseId,
        investigationId,
        recommendation,
        findingIds: [],
      }),
    );
  const completed = (): LoggedEvent =>
    event('investigation', InvestigationCompleted, investigation, 3, {
      caseId,
      investigationId,
      epoch: 1,
      recommendation,
    });
  if (recommendation === 'NO_FURTHER_ACTION') events.push(completed());
  for (const { steps, decided, noticeRequired, corrections, reviewedAfter } of packages) {
    const decisionPackageId = newId('dpkg');
    const about = { caseId, investigationId, decisionPackageId };
    // The draft was the first version.
    let version = 1;
    let submission = 0;
    const add = (contract: LoggedEvent['contract'], payload: object): void => {
      version += 1;
      events.push(event('decision', contract, ['decision_package', decisionPackageId], version, payload));
    };
    const review = { caseId, decisionPackageId, evidenceId: newId('ev'), from: 'INTERNAL', to: 'RESTRICTED' };
    for (const step of steps) {
      if (step === 'submit') submission += 1;
      if (step === 'submit') add(DecisionPackageSubmitted, { ...about, submission });
      if (step === 'reject') add(DecisionPackageRejected, { ...about, submission });
      if (step === 'review') add(DecisionReviewRequired, { ...review, decisionId: null });
    }
    if (!decided) continue;
    const decisionId = newId('dec');
    for (const [index, required] of [noticeRequired, ...corrections].entries())
      add(index === 0 ? DecisionFinalized : DecisionCorrected, {
        ...{ caseId, investigationId, decisionId, decisionVersion: index + 1, outcome: 'WARNING' },
        ...{ noticeRequired: required, obligationRequired: false, legalBasisCodes: ['ACT-12-4'] },
        ...{ addressees: [], obligations: [] },
      });
    if (reviewedAfter)
      events.push(
        event('decision', DecisionReviewRequired, ['decision_review', newId('rev')], 1, { ...review, decisionId }),
      );
  }
  if (packages.some(({ decided }) => decided)) events.push(completed());
  return events;
}

/** What a process waits for after a course, told without its facts. */
export function waitsFor({ opened, recommendation, packages }: Course): ProcessState {
  const decided = packages.filter((each) => each.decided);
  if (decided.some(({ noticeRequired, corrections }) => corrections.at(-1) ?? noticeRequired))
    return 'WAITING_FOR_NOTICE_DELIVERY';
  if (decided.length > 0 || recommendation === 'NO_FURTHER_ACTION') return 'WAITING_FOR_CLOSURE';
  if (packages.some(({ steps }) => steps.at(-1) === 'submit')) return 'WAITING_FOR_APPROVAL';
  if (packages.length > 0) return 'WAITING_FOR_RESUBMISSION';
  if (recommendation) return 'WAITING_FOR_DECISION_PACKAGE';
  return opened ? 'WAITING_FOR_FINDINGS' : 'WAITING_FOR_INVESTIGATION';
}

/** The same events in another order, some of them several times. */
export const shuffled = <T>(events: readonly T[]): fc.Arbitrary<T[]> =>
  fc.array(fc.constantFrom(...events), { maxLength: 6 }).chain((repeated) => {
    const all = [...events, ...repeated];
    return fc.shuffledSubarray(all, { minLength: all.length });
  });
