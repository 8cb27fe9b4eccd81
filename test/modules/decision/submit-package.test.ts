import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '../../../src/platform/base/ids.js';
import { evidenceOf, type Story } from './other-modules.js';
import { RunningDecision } from './running-decision.js';

describe('submitting a decision package', () => {
  let decision: RunningDecision;
  beforeAll(async () => {
    decision = await RunningDecision.start();
  });
  afterEach(() => {
    decision.otherModules.before.clear();
  });
  afterAll(() => decision.stop());

  const draftOf = ({ reference, findings, party }: Story): Record<string, unknown> => ({
    caseId: reference.caseId,
    investigationId: findings.investigationId,
    evidenceIds: [],
    subjectPartyId: party.partyId,
  });

  it('begins with a draft about a party of a case', async () => {
    const story = decision.known();
    const reply = await decision.command('legal_lena', '/decision-packages', undefined, draftOf(story));
    expect([reply.status, reply.body.status, reply.body.version]).toEqual([201, 'DRAFT', 1]);
    const location = reply.headers.get('location')?.replace('/api/v1', '') ?? '';
    const read = await decision.as('intake_ines').get(location);
    expect(read.body).toMatchObject({ ...draftOf(story), status: 'DRAFT', version: 1, snapshot: null });
    expect(read.headers.get('etag')).toBe('"1"');
    expect(await decision.audits(story.reference.caseId)).toMatchObject([
      { action: 'DRAFT_DECISION_PACKAGE', beforeState: null, afterState: 'DRAFT' },
    ]);
  });

  it.each([
    ['a case that is not there', 'UNKNOWN_CASE', () => ({ caseId: newId('case') })],
    ['a case above the clearance', 'UNKNOWN_CASE', () => hidden({ classification: 'RESTRICTED' })],
    ['a case of another team', 'UNKNOWN_CASE', () => hidden({ restrictedToTeam: true, team: 'central' })],
    ['a closed case', 'CASE_CLOSED', () => hidden({ status: 'CLOSED' })],
    ['a party that has no part in the case', 'SUBJECT_NOT_OF_CASE', () => ({ subjectPartyId: newId('pty') })],
  ] as const)('cannot begin with %s', async (_, errorCode, change) => {
    const before = await decision.stored();
    const body = { ...draftOf(decision.known()), ...change() };
    const reply = await decision.command('legal_lena', '/decision-packages', undefined, body);
    expect([reply.status, reply.body.errorCode]).toEqual([409, errorCode]);
    expect(await decision.stored()).toEqual(before);
  });

  const hidden = (about: Parameters<RunningDecision['known']>[0]): { caseId: string } => ({
    caseId: decision.known(about).reference.caseId,
  });

  it('freezes what every owner says, and tells neither names nor statements', async () => {
    const story = decision.known();
    const id = await decision.drafted(story);
    const reply = await decision.submit(id);
    expect([reply.status, reply.body.status, reply.body.version]).toEqual([200, 'AWAITING_APPROVAL', 2]);
    const [finding] = story.findings.findings;
    const { snapshot } = (await decision.as('legal_lena').get<{ snapshot: object }>(`/decision-packages/${id}`)).body;
    expect(snapshot).toMatchObject({
      submission: 1,
      caseNumber: 'WAT-2026-000007',
      recommendation: 'PROCEED_TO_DECISION',
      findings: [{ findingId: finding?.findingId, findingVersion: 2, statement: finding?.statement }],
      evidence: story.evidence
        .map(({ evidenceId, evidenceVersion, classification, checksumSha256 }) => ({
          ...{ evidenceId, evidenceVersion, classification, checksumSha256 },
        }))
        .sort((a, b) => (a.evidenceId < b.evidenceId ? -1 : 1)),
      party: {
        partyNameAtSubmission: 'SECRET-NAME Weir Paper Ltd',
        partyVersion: 4,
        registrationNumber: 'SECRET-REG 556',
        classification: 'INTERNAL',
      },
    });
    expect(snapshot).not.toHaveProperty('redacted');
    const { caseId } = story.reference;
    const { investigationId } = story.findings;
    expect(await decision.events(caseId)).toEqual([
      {
        type: 'DecisionPackageSubmitted',
        aggregateId: id,
        version: 2,
        payload: { caseId, investigationId, decisionPackageId: id, submission: 1 },
      },
    ]);
    const [, audit] = await decision.audits(caseId);
    expect(audit).toMatchObject({
      action: 'SUBMIT_DECISION_PACKAGE',
      beforeState: 'DRAFT',
      afterState: 'AWAITING_APPROVAL',
      subject: { caseId, decisionPackageId: id },
      policies: ['submit-decision-package'],
      dataUsed: [
        `${id}@1`,
        `${caseId}@3`,
        `${investigationId}@5`,
        `${story.party.partyId}@4`,
        `${finding?.findingId ?? ''}@2`,
      ],
    });
    expect([...(audit?.evidenceRefs as string[])].sort()).toEqual(
      story.evidence.map(({ evidenceId }) => `${evidenceId}@v1`).sort(),
    );
    expect(JSON.stringify(await decision.rows('SELECT payload_json FROM bus.outbox_event'))).not.toMatch(/SECRET/);
  });

  it.each([
    ['findings are not submitted', 'INVESTIGATION_NOT_SUBMITTED', forget('findings')],
    ['the investigation is of another case', 'INVESTIGATION_NOT_OF_CASE', elsewhere('findings')],
    ['the party is not registered', 'UNKNOWN_PARTY', forget('party')],
    ['evidence is not there', 'UNKNOWN_EVIDENCE', drop],
    ['evidence is of another case', 'UNKNOWN_EVIDENCE', elsewhere('evidence')],
    ['the case is closed', 'CASE_CLOSED', close],
  ] as const)('is refused and saves nothing when %s', async (_, errorCode, change) => {
    const story = decision.known();
    const id = await decision.drafted(story);
    change(story);
    const before = await decision.stored();
    const reply = await decision.submit(id);
    expect([reply.status, reply.body.errorCode]).toEqual([409, errorCode]);
    expect(await decision.stored()).toEqual(before);
    expect((await decision.audits(story.reference.caseId)).at(-1)).toMatchObject({
      action: 'SUBMIT_DECISION_PACKAGE',
      afterState: 'REFUSED',
      reasonCode: errorCode,
      subject: { caseId: story.reference.caseId, decisionPackageId: id },
    });
    expect(reply.text).not.toMatch(/SECRET/);
  });

  function drop(story: Story): void {
    story.evidence.pop();
  }

  function close(story: Story): void {
    story.reference.status = 'CLOSED';
  }

  function forget(what: 'findings' | 'party'): (story: Story) => void {
    return (story) => {
      if (what === 'findings') story.findings = { ...story.findings, investigationId: newId('inv') };
      else story.party = { ...story.party, partyId: newId('pty') };
    };
  }

  function elsewhere(what: 'findings' | 'evidence'): (story: Story) => void {
    return (story) => {
      for (const each of what === 'findings' ? [story.findings] : story.evidence) each.caseId = newId('case');
    };
  }

  it.each(['GetCaseReference', 'GetSubmittedFindings', 'GetEvidenceReference', 'GetPartySnapshot'])(
    'is put off and saves nothing when nobody can answer %s',
    async (question) => {
      const story = decision.known();
      const id = await decision.drafted(story);
      const before = await decision.stored();
      decision.otherModules.before.set(question, () => {
        throw new Error('SECRET-FAULT of the owner');
      });
      const reply = await decision.submit(id);
      expect([reply.status, reply.body.errorCode]).toEqual([503, 'OWNER_UNAVAILABLE']);
      expect(reply.headers.get('retry-after')).toBe('1');
      expect(reply.text).not.toMatch(/SECRET/);
      expect(await decision.stored()).toEqual(before);
      decision.otherModules.before.clear();
      expect((await decision.submit(id)).status).toBe(200);
    },
  );

  it('is put off and saves nothing when an owner is slower than its declared deadline', async () => {
    const story = decision.known();
    const id = await decision.drafted(story);
    const before = await decision.stored();
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    decision.otherModules.before.set('GetEvidenceReference', () => held);
    const reply = await decision.submit(id);
    release();
    expect([reply.status, reply.body.errorCode]).toEqual([503, 'OWNER_UNAVAILABLE']);
    expect(await decision.stored()).toEqual(before);
  });

  it('is repeated with its key byte for byte, even when an owner no longer answers', async () => {
    const id = await decision.drafted(decision.known());
    const first = await decision.submit(id, 1, { 'idempotency-key': `submit-${id}` });
    decision.otherModules.before.set('GetPartySnapshot', () => {
      throw new Error('down');
    });
    const again = await decision.submit(id, 1, { 'idempotency-key': `submit-${id}` });
    expect([again.status, again.text, again.headers.get('etag')]).toEqual([200, first.text, '"2"']);
  });

  it('keeps what the findings rest on even where the named evidence has a newer version', async () => {
    const story = decision.known();
    const [named] = story.evidence;
    if (!named) throw new Error('The story has no evidence.');
    story.evidence.push({ ...named, evidenceVersion: 2 });
    story.findings.findings[0]?.evidenceRefs.push({ evidenceId: named.evidenceId, evidenceVersion: 1 });
    const id = await decision.submitted(story);
    const versions = await decision.rows(
      'SELECT evidence_version AS version FROM decision.evidence_reference WHERE decision_package_id = $1 AND evidence_id = $2 ORDER BY 1',
      [id, named.evidenceId],
    );
    expect(versions).toEqual([{ version: 1 }, { version: 2 }]);
  });

  it('shows nothing to whoever may not see the case, and hides what is above the clearance', async () => {
    const story = decision.known();
    story.evidence.push(evidenceOf(story.reference.caseId, 'RESTRICTED'));
    const secret = story.evidence[2]?.evidenceId ?? '';
    story.findings.findings[0]?.evidenceRefs.push({ evidenceId: secret, evidenceVersion: 1 });
    story.party.classification = 'RESTRICTED';
    const id = await decision.submitted(story);
    const asLena = await decision.as('legal_lena').get(`/decision-packages/${id}`);
    expect(asLena.text).not.toMatch(new RegExp(`SECRET|${secret}`));
    expect(asLena.body).toMatchObject({
      snapshot: {
        redacted: ['evidence', 'findings.statement', 'party.partyNameAtSubmission', 'party.registrationNumber'],
      },
    });
    const asAda = await decision.as('authority_ada').get(`/decision-packages/${id}`);
    expect(asAda.text).toMatch(/SECRET-NAME[^]*/);
    expect((asAda.body as { snapshot: object }).snapshot).not.toHaveProperty('redacted');
    // Its owner reclassified the party since: the name that was captured is shown, or withheld, by what is so now.
    story.party.classification = 'INTERNAL';
    expect((await decision.as('legal_lena').get(`/decision-packages/${id}`)).text).toContain('SECRET-NAME');
    story.reference.classification = 'RESTRICTED';
    const path = `/decision-packages?caseId=${story.reference.caseId}`;
    expect((await decision.as('legal_lena').get(`/decision-packages/${id}`)).status).toBe(404);
    expect((await decision.as('legal_lena').get(path)).body).toEqual({ data: [], nextCursor: null });
    expect((await decision.as('authority_ada').get(path)).body).toMatchObject({ data: [{ decisionPackageId: id }] });
  });
});
