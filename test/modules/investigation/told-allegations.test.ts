import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CasePartyRemoved } from '../../../src/contracts/case-registry/case-party-removed.v1.js';
import { CaseRegistered } from '../../../src/contracts/case-registry/case-registered.v1.js';
import { RecordAllegation } from '../../../src/contracts/investigation/record-allegation.js';
import { withCall, type Actor } from '../../../src/platform/context.js';
import { newId } from '../../../src/platform/ids.js';
import { Bus } from '../../../src/platform/messaging/bus.js';
import { declarations } from '../../../src/platform/start.js';
import type { LoggedEvent } from '../../support/log.js';
import { openRequested, RunningInvestigation } from './running-investigation.js';

const INES: Actor = { actorId: 'intake_ines', roles: ['INTAKE_OFFICER'], clearance: 'CONFIDENTIAL', team: 'central' };

describe('an allegation that another module tells', () => {
  let running: RunningInvestigation;
  let bus: Bus;
  beforeAll(async () => {
    running = await RunningInvestigation.start();
    const intake = declarations().find(({ module }) => module === 'intake');
    if (!intake) throw new Error('Nobody declares Intake.');
    const tells = { RecordAllegation: { to: 'investigation', deadline_ms: 10_000 } };
    bus = new Bus({ ...intake, tells }, running.observed.switchboard);
    running.observed.before.set('GetCaseReference', () => Promise.reject(new Error('Nobody may be asked here.')));
  });
  afterAll(() => running.stop());

  const aboutCase = (caseId: string, version: number): Omit<LoggedEvent, 'contract' | 'payload'> => ({
    ...{ producer: 'case-registry', aggregateType: 'case_header', aggregateId: caseId, aggregateVersion: version },
  });
  const registered = (caseId: string, partyId: string): LoggedEvent => ({
    ...aboutCase(caseId, 1),
    contract: CaseRegistered,
    payload: {
      ...{ caseId, caseNumber: 'WAT-2026-000007', caseTypeCode: 'WAT', title: 'Weir', classification: 'INTERNAL' },
      ...{ restrictedToTeam: false, team: null, location: null, receivedOn: null, status: 'REGISTERED' },
      parties: [{ partyId, role: 'SUBJECT', partyVersionAtRegistration: 1 }],
    },
  });
  const tell = async (
    caseId: string,
    partyId: string,
    as = INES,
    key = newId('cmd'),
  ): Promise<{ allegationId: string }> => {
    const call = { actor: as, correlationId: newId('corr'), commandId: newId('cmd'), causationId: newId('cmd') };
    const policyDecision = { policyDecisionId: newId('pdp'), policies: [], role: 'INTAKE_OFFICER' as const };
    const told = { caseId, statement: 'SECRET-TOLD', legalBasisCode: 'MGL-21E', againstPartyId: partyId };
    const { body } = await withCall({ ...call, policyDecision }, () =>
      bus.tell(RecordAllegation, told, { idempotencyKey: key }),
    );
    return JSON.parse(body) as { allegationId: string };
  };

  it('waits until the case and its investigation are known here, and is recorded in the officer\u2019s name, once', async () => {
    const [caseId, partyId, key] = [newId('case'), newId('pty'), newId('cmd')];
    const told = tell(caseId, partyId, INES, key);
    await running.observed.module.log.append(registered(caseId, partyId));
    await running.observed.hears(openRequested(caseId));
    const { allegationId } = await told;
    expect(await tell(caseId, partyId, INES, key)).toEqual(await told);
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
    const [caseId, partyId] = [newId('case'), newId('pty')];
    await running.observed.module.log.append(registered(caseId, partyId));
    await running.observed.hears(openRequested(caseId), openRequested(caseId, 2));
    const { allegationId } = await tell(caseId, partyId);
    const [{ epoch } = { epoch: 0 }] = await running.observed.rows<{ epoch: number }>(
      `SELECT epoch FROM investigation.allegation JOIN investigation.investigation USING (investigation_id)
       WHERE allegation_id = $1`,
      [allegationId],
    );
    expect(epoch).toBe(2);
  });

  it('is refused against a party that the case does not have, or no longer has', async () => {
    const [caseId, partyId] = [newId('case'), newId('pty')];
    const removed = { caseId, partyId, role: 'SUBJECT' };
    await running.observed.module.log.append(registered(caseId, partyId));
    await running.observed.hears(openRequested(caseId));
    await expect(tell(caseId, newId('pty'))).rejects.toMatchObject({ errorCode: 'PARTY_NOT_IN_CASE' });
    await running.observed.hears({ ...aboutCase(caseId, 2), contract: CasePartyRemoved, payload: removed });
    await expect(tell(caseId, partyId)).rejects.toMatchObject({ errorCode: 'PARTY_NOT_IN_CASE' });
  });

  it('is refused for now while there is no investigation of the case, and for good to whoever may not', async () => {
    const [caseId, partyId] = [newId('case'), newId('pty')];
    await running.observed.hears(registered(caseId, partyId));
    await expect(tell(caseId, partyId)).rejects.toMatchObject({ errorCode: 'OWNER_UNAVAILABLE' });
    await expect(tell(caseId, partyId, { ...INES, roles: ['NOTICE_OFFICER'] })).rejects.toMatchObject({
      errorCode: 'FORBIDDEN',
    });
  });
});
