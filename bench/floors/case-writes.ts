import { newId } from '../../src/platform/base/ids.js';

/** What a body of POST /cases holds here. */
export interface CaseBody {
  caseTypeCode: string;
  title: string;
  summary: string;
  location: string;
  receivedOn: string;
  parties: readonly { partyId: string; role: string }[];
}

/** Everything that registering one case writes, as rows: the same tables and sizes as the application's. */
export interface CaseRows {
  caseId: string;
  at: Date;
  body: CaseBody;
  partyId: string;
  event: { id: string; payload: object };
  audit: { id: string; auditId: string; payload: object };
  answer: { key: string; digest: string; body: object };
  commandId: string;
  correlationId: string;
}

const DIGEST = 'b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9';
export const ACTOR = 'intake_ines';
export const PARTY_NAME = 'Weir Paper Ltd';
/** Stands for the number until the statement has allocated it. */
export const NUMBER = 'NUMBER';

export function caseRows(body: CaseBody, key: string): CaseRows {
  const caseId = newId('case');
  const at = new Date();
  const [commandId, correlationId] = [newId('cmd'), newId('corr')];
  const [eventId, auditEventId, auditId] = [newId('evt'), newId('evt'), newId('audit')];
  const partyId = body.parties[0]?.partyId ?? '';
  const { caseTypeCode, title, location, receivedOn } = body;
  const common = { caseId, caseNumber: NUMBER, caseTypeCode, title, classification: 'INTERNAL' };
  const rest = { restrictedToTeam: false, team: 'central', location, receivedOn, status: 'REGISTERED' };
  const parties = [{ partyId, role: 'SUBJECT', partyVersionAtRegistration: 1 }];
  return {
    caseId,
    at,
    body,
    partyId,
    commandId,
    correlationId,
    event: { id: eventId, payload: { ...common, ...rest, parties } },
    audit: { id: auditEventId, auditId, payload: auditOf() },
    answer: {
      key,
      digest: DIGEST,
      body: {
        caseId,
        caseNumber: NUMBER,
        status: 'REGISTERED',
        version: 1,
        publishedEventId: eventId,
        projectionHint: { caseDossierMayLag: true, officerWorklistMayLag: true, waitForEventId: eventId },
      },
    },
  };

  function auditOf(): object {
    return {
      auditId,
      eventType: 'CaseRegisteredAudit',
      occurredAt: at.toISOString(),
      actor: { actorId: ACTOR, role: 'INTAKE_OFFICER' },
      subject: { caseId },
      subjectVersion: 1,
      action: 'REGISTER_CASE',
      beforeState: null,
      afterState: 'REGISTERED',
      policyDecisionId: newId('pdp'),
      policies: ['POST /cases'],
      sourceCommandId: commandId,
      correlationId,
      publishedEventIds: [eventId],
      dataUsed: [`${partyId}@1`],
      evidenceRefs: [],
      reasonCode: null,
    };
  }
}
