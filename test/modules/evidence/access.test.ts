import { nameOfRef } from '../../../src/contracts/shared/evidence-ref.js';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CLASSIFICATIONS, type Classification } from '../../../src/contracts/shared/values.js';
import { AccessGrant } from '../../../src/modules/evidence/access-grant.js';
import { standingOf } from '../../../src/modules/evidence/evidence-access.js';
import { EvidenceItem } from '../../../src/modules/evidence/evidence-item.js';
import type { Actor } from '../../../src/platform/base/context.js';

const AT = new Date('2026-03-02T09:00:00Z');
const DAY = 86_400_000;
const later = (days: number): Date => new Date(AT.getTime() + days * DAY);
const actor = (actorId: string, clearance: Classification): Actor => ({ actorId, roles: [], clearance });

const register = (more: object = {}): EvidenceItem =>
  EvidenceItem.register(
    {
      caseId: 'case_01KA9Z0H4J7M2N5Q8S1T4W6X9Y',
      title: ' Photograph ',
      mediaType: 'image/png',
      classification: 'CONFIDENTIAL',
      collectedAt: AT,
      collectedBy: 'Ivo Marsh',
      ...more,
    },
    { by: 'ivo', at: AT },
  );
const codeOf = (work: () => unknown): string | undefined => {
  try {
    work();
    return undefined;
  } catch (error) {
    return (error as { errorCode: string }).errorCode;
  }
};

describe('an item of evidence', () => {
  it('begins without content, in the hands of who registered it', () => {
    expect(register()).toMatchObject({
      status: 'REGISTERED',
      evidenceVersion: 0,
      classificationVersion: 1,
      custodianId: 'ivo',
      held: false,
      title: 'Photograph',
    });
  });

  it('was collected now at the latest', () => {
    expect(codeOf(() => register({ collectedAt: new Date(AT.getTime() + 1) }))).toBe('VALIDATION_FAILED');
  });

  it('counts contents and classifications each by itself', () => {
    const item = register();
    item.addContent();
    item.addContent();
    expect(item.classify('RESTRICTED')).toBe('CONFIDENTIAL');
    expect(item).toMatchObject({ status: 'STORED', evidenceVersion: 2, classificationVersion: 2 });
    expect(nameOfRef(item)).toBe(`${item.evidenceId}@v2`);
  });

  it('is not changed to what it is', () => {
    const item = register();
    expect(codeOf(() => item.classify('CONFIDENTIAL'))).toBe('CLASSIFICATION_UNCHANGED');
    expect(codeOf(() => item.transferTo('ivo'))).toBe('CUSTODY_UNCHANGED');
    expect(codeOf(() => { item.hold(false); })).toBe('HOLD_UNCHANGED'); // prettier-ignore
  });
});

describe('a grant', () => {
  const give = (granteeId: string, expiresAt: Date): AccessGrant =>
    AccessGrant.give(register(), { granteeId, purpose: 'Hearing', expiresAt }, { by: 'cleo', at: AT });

  it.each([
    ['now', AT, 'VALIDATION_FAILED'],
    ['a moment after', new Date(AT.getTime() + 1), undefined],
    ['a year after', new Date('2027-03-02T09:00:00Z'), undefined],
    ['longer after than a year', new Date('2027-03-02T09:00:00.001Z'), 'VALIDATION_FAILED'],
  ])('that ends %s', (_, expiresAt, code) => {
    expect(codeOf(() => give('lena', expiresAt))).toBe(code);
  });

  it('is never one to oneself', () => {
    expect(codeOf(() => give('cleo', later(1)))).toBe('GRANT_TO_ONESELF');
  });

  it('lives up to its end and not at it, and ends once', () => {
    const grant = give('lena', later(1));
    expect([grant.isLive(new Date(later(1).getTime() - 1)), grant.isLive(later(1))]).toEqual([true, false]);
    expect(codeOf(() => { grant.revoke({ by: 'cleo', at: later(1) }); })).toBe('GRANT_ENDED'); // prettier-ignore
    grant.revoke({ by: 'cleo', at: AT });
    expect(grant.isLive(AT)).toBe(false);
    expect(codeOf(() => { grant.revoke({ by: 'cleo', at: AT }); })).toBe('GRANT_ENDED'); // prettier-ignore
  });
});

type Step =
  | { do: 'classify'; to: Classification }
  | { do: 'grant'; to: string; days: number }
  | { do: 'revoke'; nth: number }
  | { do: 'wait'; days: number };

const officer = fc.constantFrom('ivo', 'lena', 'nils');
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('classify' as const), to: fc.constantFrom(...CLASSIFICATIONS) }),
  fc.record({ do: fc.constant('grant' as const), to: officer, days: fc.integer({ min: -1, max: 400 }) }),
  fc.record({ do: fc.constant('revoke' as const), nth: fc.nat(4) }),
  fc.record({ do: fc.constant('wait' as const), days: fc.integer({ min: 0, max: 200 }) }),
);

describe('who reads an item', () => {
  it('is, whatever was done before, who is cleared and sees the case, or has a grant that lives', () => {
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 30 }),
        fc.constantFrom(...CLASSIFICATIONS),
        fc.boolean(),
        (steps, clearance, seesCase) => {
          const item = register();
          const grants: AccessGrant[] = [];
          // The model: the classification, and until which day each grant opens the item.
          const model = { level: 2, opens: [] as { to: string; until: number }[], day: 0 };
          for (const each of steps) {
            const now = later(model.day);
            if (each.do === 'wait') model.day += each.days;
            if (each.do === 'classify' && codeOf(() => item.classify(each.to)) === undefined)
              model.level = CLASSIFICATIONS.indexOf(each.to);
            if (each.do === 'grant') {
              const wanted = { granteeId: each.to, purpose: 'Hearing', expiresAt: later(model.day + each.days) };
              const code = codeOf(() => grants.push(AccessGrant.give(item, wanted, { by: 'cleo', at: now })));
              expect(code === undefined).toBe(each.days > 0 && each.days <= 365);
              if (code === undefined) model.opens.push({ to: each.to, until: model.day + each.days });
            }
            const [grant, open] = each.do === 'revoke' ? [grants[each.nth], model.opens[each.nth]] : [];
            if (grant && open) {
              const code = codeOf(() => { grant.revoke({ by: 'cleo', at: now }); }); // prettier-ignore
              expect(code === undefined).toBe(model.day < open.until);
              if (code === undefined) open.until = model.day;
            }
            for (const actorId of ['ivo', 'lena', 'nils']) {
              const granted = model.opens.some(({ to, until }) => to === actorId && model.day < until);
              const cleared = CLASSIFICATIONS.indexOf(clearance) >= model.level;
              const wanted = granted || (seesCase && cleared) ? 'OPEN' : seesCase ? 'REDACTED' : 'HIDDEN';
              const context = { seesCase, grants, now: later(model.day) };
              expect(standingOf(actor(actorId, clearance), item, context)).toBe(wanted);
            }
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
