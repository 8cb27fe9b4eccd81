import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { observe, stateOf, type ObservedFacts } from '../../../src/modules/workflow/observed-facts.js';
import type { Envelope } from '../../../src/platform/messaging/envelope.js';
import { envelopeOf } from '../../support/log.js';
import { courses, historyOf, shuffled, waitsFor } from './histories.js';

const factsOf = (events: readonly Envelope[], fold = observe): ObservedFacts => events.reduce(fold, {});

const course = courses.map((taken) => ({ taken, events: historyOf(taken).map(envelopeOf) }));
const inTwoOrders = course.chain(({ taken, events }) => shuffled(events).map((others) => ({ taken, events, others })));

describe('what a process has observed', () => {
  it('is the same for the same events in any order, however often each is heard', () => {
    fc.assert(
      fc.property(inTwoOrders, ({ events, others }) => {
        expect(factsOf(others)).toEqual(factsOf(events));
      }),
      { numRuns: 2_000 },
    );
  });

  it('says what the process waits for', () => {
    fc.assert(
      fc.property(inTwoOrders, ({ taken, events, others }) => {
        expect(stateOf(factsOf(events))).toBe(waitsFor(taken));
        expect(stateOf(factsOf(others))).toBe(waitsFor(taken));
      }),
      { numRuns: 2_000 },
    );
  });

  it('is changed by nothing that it has seen already', () => {
    fc.assert(
      fc.property(course, ({ events }) => {
        const facts = factsOf(events);
        for (const event of events) expect(observe(facts, event)).toEqual(facts);
      }),
      { numRuns: 500 },
    );
  });

  it('keeps what was seen of a decision before versions were kept, until a correction is seen', () => {
    const decided = historyOf({
      ...{ opened: true, recommendation: 'PROCEED_TO_DECISION' },
      packages: [
        { steps: ['submit'], decided: true, noticeRequired: true, corrections: [false], reviewedAfter: false },
      ],
    }).map(envelopeOf);
    const { decisionId } = decided.at(-2)?.payload as { decisionId: string };
    const before: ObservedFacts = { decisions: { [decisionId]: { noticeRequired: true } } };
    const [finalized, corrected] = decided.filter(({ eventType }) => /^Decision(Finalized|Corrected)$/.test(eventType));
    if (!finalized || !corrected) throw new Error('It is decided and corrected.');
    expect(observe(before, finalized)).toBe(before);
    expect(stateOf(observe(before, corrected))).toBe('WAITING_FOR_CLOSURE');
  });

  it.each(['packages', 'decisions'] as const)(
    'would depend on the order if the last event about %s decided',
    (kind) => {
      const lastDecides = (facts: ObservedFacts, event: Envelope): ObservedFacts => {
        const { [kind]: latest, ...rest } = observe({ ...facts, [kind]: {} }, event);
        return { ...rest, [kind]: { ...facts[kind], ...latest } };
      };
      const { failed } = fc.check(
        fc.property(inTwoOrders, ({ events, others }) => {
          expect(factsOf(others, lastDecides)).toEqual(factsOf(events, lastDecides));
        }),
        { numRuns: 2_000 },
      );
      expect(failed).toBe(true);
      const reached = new Set(fc.sample(courses, { numRuns: 1_000, seed: 11 }).map(waitsFor));
      expect(reached.size).toBe(7);
    },
  );
});
