import { describe, expect, it } from '@jest/globals';
import { CaseHeader } from '../../../src/modules/case-registry/case-header.js';
import { requireDistinct, requireSubject } from '../../../src/modules/case-registry/case-party.js';
import { callerMayRead } from '../../../src/casework/visibility.js';
import type { RegisterCase } from '../../../src/contracts/case-registry/register-case.js';
import { withCall, type Actor } from '../../../src/platform/base/context.js';

const TODAY = '2026-03-02';
const input: RegisterCase = { caseTypeCode: 'WAT', parties: [] };
const register = (more: Partial<RegisterCase> = {}): CaseHeader =>
  CaseHeader.register(
    { ...input, ...more },
    {
      ...{ caseNumber: 'WAT-2026-000001', typeName: 'Water', team: 'central', by: 'intake_ines' },
      ...{ at: new Date(), today: TODAY },
    },
  );

const reads = (actor: Partial<Actor>, header: CaseHeader): boolean =>
  withCall(
    {
      actor: { actorId: 'someone', roles: ['INVESTIGATOR'], clearance: 'CONFIDENTIAL', team: 'central', ...actor },
      correlationId: 'corr',
      commandId: 'cmd',
      causationId: 'cmd',
      policyDecision: { policyDecisionId: 'pdp', policies: [], role: 'INVESTIGATOR' },
    },
    () => callerMayRead(header),
  );

describe('a case', () => {
  it('needs a subject', () => {
    expect(() => {
      requireSubject([{ role: 'WITNESS' }]);
    }).toThrow('A case needs at least one party');
    expect(() => {
      requireSubject([{ role: 'WITNESS' }, { role: 'SUBJECT' }]);
    }).not.toThrow();
  });

  it('names a party once in a role, but may name it in two roles', () => {
    const twice = [
      { partyId: 'pty_a', role: 'SUBJECT' as const },
      { partyId: 'pty_a', role: 'SUBJECT' as const },
    ];
    expect(() => {
      requireDistinct(twice);
    }).toThrow('has this role');
    expect(() => {
      requireDistinct([
        { partyId: 'pty_a', role: 'SUBJECT' },
        { partyId: 'pty_a', role: 'COMPLAINANT' },
      ]);
    }).not.toThrow();
  });

  it('is titled for its type and belongs to its registrant\u2019s team unless said otherwise', () => {
    expect(register()).toMatchObject({ title: 'Water case', team: 'central', classification: 'INTERNAL' });
    expect(register({ title: 'Spill at the weir', team: 'north' })).toMatchObject({
      title: 'Spill at the weir',
      team: 'north',
    });
  });

  it('keeps what an amendment does not name, and empties what it names as null', () => {
    const header = register({ summary: 'Reported by phone.', location: 'Weir' });
    header.amend({ title: 'Spill', location: null }, TODAY);
    expect(header).toMatchObject({ title: 'Spill', summary: 'Reported by phone.', location: null });
  });

  it('was received today at the latest', () => {
    expect(register({ receivedOn: TODAY }).receivedOn).toBe(TODAY);
    expect(() => register({ receivedOn: '2026-03-03' })).toThrow(`Write ${TODAY} or an earlier day.`);
    const header = register({ receivedOn: '2026-03-01' });
    expect(() => {
      header.amend({ title: 'Spill', receivedOn: '2026-03-03' }, TODAY);
    }).toThrow(`Write ${TODAY} or an earlier day.`);
    expect(header).toMatchObject({ title: 'Water case', receivedOn: '2026-03-01' });
    header.amend({ receivedOn: null }, TODAY);
    expect(header.receivedOn).toBeNull();
  });

  it('is read within clearance only', () => {
    const restricted = register({ classification: 'RESTRICTED' });
    expect(reads({ clearance: 'CONFIDENTIAL' }, restricted)).toBe(false);
    expect(reads({ clearance: 'RESTRICTED' }, restricted)).toBe(true);
  });

  it('restricted to its team is read by the team and by supervisors alone', () => {
    const ours = register({ restrictedToTeam: true });
    expect(reads({ team: 'central' }, ours)).toBe(true);
    expect(reads({ team: 'north' }, ours)).toBe(false);
    expect(reads({ team: 'north', roles: ['AUDITOR'] }, ours)).toBe(false);
    expect(reads({ team: 'north', roles: ['SUPERVISOR'] }, ours)).toBe(true);
  });
});
