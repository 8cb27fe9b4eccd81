import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DecisionPackage } from '../../../src/modules/decision/package/decision-package.js';
import { CLASSIFICATIONS, type Classification } from '../../../src/contracts/shared/values.js';
import { newId } from '../../../src/platform/base/ids.js';

/** What there is to know of a package, told far more simply than by the package itself. */
interface Model {
  submissions: string[];
  open: boolean;
  held: boolean;
  captured: Classification;
  decidedBy: string | null;
  decisionVersion: number;
}

type Step =
  | { does: 'submit'; by: string; captures: Classification }
  | { does: 'reject'; by: string }
  | { does: 'approve'; by: string; clearance: Classification }
  | { does: 'reclassify' }
  | { does: 'correct' };

const PEOPLE = ['lena', 'lou', 'ada', 'abe'];
const AT = new Date('2026-03-02T09:00:00Z');

const person = fc.constantFrom(...PEOPLE);
const classification = fc.constantFrom(...CLASSIFICATIONS);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ does: fc.constant('submit' as const), by: person, captures: classification }),
  fc.record({ does: fc.constant('reject' as const), by: person }),
  fc.record({ does: fc.constant('approve' as const), by: person, clearance: classification }),
  fc.record({ does: fc.constant('reclassify' as const) }),
  fc.record({ does: fc.constant('correct' as const) }),
);

const steps = fc.array(step, { maxLength: 25, size: 'max' });

const start = (): Model => ({
  ...{ submissions: [], open: false, held: false, captured: 'PUBLIC', decidedBy: null, decisionVersion: 0 },
});

/** Whether the rules allow the step; if so, the model has taken it. */
function allowed(model: Model, taken: Step): boolean {
  const decided = model.decidedBy !== null;
  switch (taken.does) {
    case 'submit': {
      if (decided || (model.open && !model.held)) return false;
      model.submissions.push(taken.by);
      Object.assign(model, { open: true, held: false, captured: taken.captures });
      return true;
    }
    case 'reject': {
      if (!model.open || model.submissions.at(-1) === taken.by) return false;
      model.open = false;
      return true;
    }
    case 'approve': {
      const cleared = CLASSIFICATIONS.indexOf(taken.clearance) >= CLASSIFICATIONS.indexOf(model.captured);
      if (!model.open || model.held || !cleared || model.submissions.at(-1) === taken.by) return false;
      Object.assign(model, { open: false, decidedBy: taken.by, decisionVersion: 1 });
      return true;
    }
    case 'reclassify': {
      if (decided) return false;
      model.held = true;
      return true;
    }
    case 'correct': {
      if (!decided) return false;
      model.decisionVersion += 1;
      return true;
    }
  }
}

function take(made: DecisionPackage, model: Model, taken: Step): boolean {
  try {
    if (taken.does === 'submit') made.submit(taken.by, AT);
    if (taken.does === 'reject') made.reject(taken.by);
    if (taken.does === 'approve')
      made.approve({ actorId: taken.by, clearance: taken.clearance }, ['PUBLIC', model.captured], AT);
    if (taken.does === 'reclassify') made.requireReview();
    if (taken.does === 'correct') made.correct();
    return true;
  } catch {
    return false;
  }
}

const run = (taken: readonly Step[]): { made: DecisionPackage; model: Model } => {
  const made = DecisionPackage.draft(
    { caseId: newId('case'), investigationId: newId('inv'), evidenceIds: [], subjectPartyId: newId('pty') },
    'lena',
    AT,
  );
  const model = start();
  for (const each of taken) {
    const before = structuredClone({ ...made });
    const took = take(made, model, each);
    expect([each, took]).toEqual([each, allowed(model, each)]);
    if (!took) expect({ ...made }).toEqual(before);
    // Whatever came before: one decision at most, never by the submitter, never while held up.
    expect(made.decisionId === null).toBe(model.decidedBy === null);
    expect(made.approvedBy).toBe(model.decidedBy);
    expect(made.decisionVersion ?? 0).toBe(model.decisionVersion);
    expect(made.approvedBy === null || made.approvedBy !== made.submittedBy).toBe(true);
    expect(made.submission).toBe(model.submissions.length);
    if (before.decisionId !== null) expect(made.decisionId).toBe(before.decisionId);
  }
  return { made, model };
};

describe('any sequence of commands', () => {
  it('leads a package where the rules lead it, and a refused one changes nothing', () => {
    fc.assert(
      fc.property(steps, (taken) => {
        run(taken);
      }),
      { numRuns: 100 },
    );
  });

  it('can reach a decision and a correction: the sequences are not idle', () => {
    const reached = fc.sample(steps, { numRuns: 50, seed: 7 }).map(run);
    expect(reached.filter(({ made }) => made.status === 'FINALIZED').length).toBeGreaterThan(10);
    expect(reached.filter(({ model }) => model.decisionVersion > 1).length).toBeGreaterThan(5);
    expect(reached.filter(({ model }) => model.submissions.length > 1).length).toBeGreaterThan(10);
  });
});
