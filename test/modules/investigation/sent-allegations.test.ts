import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CaseReference } from '../../../src/contracts/case-registry/get-case-reference.js';
import { RecordAllegation } from '../../../src/contracts/investigation/record-allegation.js';
import { withCall, type Actor } from '../../../src/platform/base/context.js';
import { newId } from '../../../src/platform/base/ids.js';
import { Bus } from '../../../src/platform/messaging/bus.js';
import { declarations } from '../../../src/platform/start.js';
import { openRequested, RunningInvestigation } from './running-investigation.js';

const INES: Actor = { actorId: 'intake_ines', roles: ['INTAKE_OFFICER'], clearance: 'CONFIDENTIAL', team: 'central' };

describe('an allegation that another module sends', () => {
  let running: RunningInvestigation;
  let bus: Bus;
  beforeAll(async () => {
    running = await RunningInvestigation.start();
    const intake = declarations().find(({ module }) => module === 'intake');
    if (!intake) throw new Error('Nobody declares Intake.');
    const tells = { RecordAllegation: { to: 'investigation', deadline_ms: 10_000, by: [] } };
    bus = new Bus({ ...intake, tells }, running.observed.switchboard);
  });
  afterAll(() => running.stop());

  /** As Case Registry knows it from now on. */
  const registered = (about: Partial<CaseReference> = {}): { caseId: string; partyId: string } => {
    const [caseId, partyId] = [newId('case'), newId('pty')];
    running.cases.push({
      ...{ caseId, caseNumber: 'WAT-2026-000007', status: 'REGISTERED', classification: 'INTERNAL' },
      ...{ restrictedToTeam: false, team: null, version: 1, parties: [{ partyId, role: 'SUBJECT' }], ...about },
    });
    return { caseId, partyId };
  };
  const tell = async (
    caseId: string,
    partyId: string,
    as = INES,
    key = newId('cmd'),
  ): Promise<{ allegationId: string }> => {
    const call = { actor: as, correlationId: newId('corr'), commandId: newId('cmd'), causationId: newId('cmd') };
    const policyDecision = { policyDecisionId: newId('pdp'), policies: [], role: 'INTAKE_OFFICER' as const };
    const command = { caseId, statement: 'SECRET-SENT', legalBasisCode: 'MGL-21E', againstPartyId: partyId };
    const { body } = await withCall({ ...call, policyDecision }, () =>
      bus.tell(RecordAllegation, command, { idempotencyKey: key }),
    );
    return JSON.parse(body) as { allegationId: string };
  };

  it('waits until its investigation is open, and is recorded in the officer\u2019s name, once', async () => {
    const [{ caseId, partyId }, key] = [registered(), newId('cmd')];
    const sent = tell(caseId, partyId, INES, key);
    await running.observed.receives(openRequested(caseId));
    const { allegationId } = await sent;
    expect(await tell(caseId, partyId, INES, key)).toEqual(await sent);
    const recorded = await running.observed.rows(
      'SELECT allegation_id, recorded_by, legal_basis_code FROM investigation.allegation WHERE case_id = $1',
      [caseId],
    );
    expect(recorded).toEqual([
      { allegation_id: allegationId, recorded_by: 'intake_ines', legal_basis_code: 'MGL-21E' },
    ]);
    expect((await running.observed.audits(caseId)).at(-1)).toMatchObject({
      action: 'RECORD_ALLEGATION',
      actor: { actorId: 'intake_ines', role: 'INTAKE_OFFICER' },
    });
  });

  it('goes to the newest investigation of the case', async () => {
    const { caseId, partyId } = registered();
    await running.observed.receives(openRequested(caseId), openRequested(caseId, 2));
    const { allegationId } = await tell(caseId, partyId);
    const [{ epoch } = { epoch: 0 }] = await running.observed.rows<{ epoch: number }>(
      `SELECT epoch FROM investigation.allegation JOIN investigation.investigation USING (investigation_id)
       WHERE allegation_id = $1`,
      [allegationId],
    );
    expect(epoch).toBe(2);
  });

  it('is refused where the case does not have the party, is closed, or is not the officer\u2019s to see', async () => {
    const { caseId, partyId } = registered();
    await running.observed.receives(openRequested(caseId));
    await expect(tell(caseId, newId('pty'))).rejects.toMatchObject({ errorCode: 'PARTY_NOT_IN_CASE' });
    for (const [about, errorCode] of [
      [{ status: 'CLOSED' }, 'CASE_CLOSED'],
      [{ classification: 'RESTRICTED' as const }, 'NOT_FOUND'],
    ] as const) {
      const other = registered(about);
      await expect(tell(other.caseId, other.partyId)).rejects.toMatchObject({ errorCode });
    }
    await expect(tell(newId('case'), partyId)).rejects.toMatchObject({ errorCode: 'NOT_FOUND' });
  });

  it('is refused for now when Case Registry does not answer, which is named', async () => {
    const { caseId, partyId } = registered();
    running.observed.before.set('GetCaseReference', () => Promise.reject(new Error('It is down.')));
    const sent = tell(caseId, partyId);
    const refused = { errorCode: 'OWNER_UNAVAILABLE', members: { owner: 'case-registry' } };
    await expect(sent).rejects.toMatchObject(refused);
    running.observed.before.clear();
  });

  it('is refused for now while there is no investigation of the case, and for good to whoever may not', async () => {
    const { caseId, partyId } = registered();
    await expect(tell(caseId, partyId)).rejects.toMatchObject({ errorCode: 'OWNER_UNAVAILABLE' });
    await expect(tell(caseId, partyId, { ...INES, roles: ['NOTICE_OFFICER'] })).rejects.toMatchObject({
      errorCode: 'FORBIDDEN',
    });
  });
});
