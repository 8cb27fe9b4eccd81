import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '../../../src/platform/base/ids.js';
import { RunningInvestigation, type Known } from './running-investigation.js';

describe('reading of an investigation', () => {
  let running: RunningInvestigation;
  beforeAll(async () => {
    running = await RunningInvestigation.start();
  });
  afterAll(() => running.stop());

  /** All that can be read of it by one officer. */
  const answers = async (known: Known, as: string): Promise<{ status: number; text: string }[]> => {
    const { allegationId, findingId } = ids.get(known.caseId) ?? { allegationId: '', findingId: '' };
    const paths = [
      `/investigations/${known.investigationId}`,
      `/allegations/${allegationId}`,
      `/findings/${findingId}`,
      ...['investigations', 'allegations', 'findings'].map((kind) => `/${kind}?caseId=${known.caseId}`),
    ];
    return Promise.all(paths.map((path) => running.observed.as(as).get(path)));
  };
  const ids = new Map<string, { allegationId: string; findingId: string }>();
  const complete = async (): Promise<Known> => {
    const known = await running.opened();
    ids.set(known.caseId, await running.found(known));
    return known;
  };

  it('is for every officer who may see its case', async () => {
    const known = await complete();
    for (const as of ['intake_ines', 'legal_lena', 'auditor_aude', 'notice_nils'])
      for (const { status } of await answers(known, as)) expect([as, status]).toEqual([as, 200]);
  });

  it.each([
    ['above the clearance', { classification: 'RESTRICTED' as const }, 'legal_lena'],
    ['of another team', { restrictedToTeam: true, team: 'nowhere' }, 'legal_lena'],
  ])('is refused of a case %s as if it were not there, and opens again with the case', async (_, about, as) => {
    const known = await complete();
    const { classification, restrictedToTeam, team } = known.reference;
    Object.assign(known.reference, about);
    for (const { status, text } of await answers(known, as)) {
      expect(status).toBe(404);
      expect(text).not.toMatch(/SECRET/);
    }
    for (const { status } of await answers(known, 'supervisor_sol')) expect(status).toBe(200);
    Object.assign(known.reference, { classification, restrictedToTeam, team });
    for (const { status } of await answers(known, as)) expect(status).toBe(200);
  });

  it('looks the same for what is not yours and what is not there, commands included', async () => {
    const known = await complete();
    Object.assign(known.reference, { classification: 'RESTRICTED' });
    const { allegationId = '', findingId = '' } = ids.get(known.caseId) ?? {};
    const patch = { statement: 'Otherwise.' };
    const both = [
      [await running.allege(known), await running.allege({ ...known, investigationId: newId('inv') })],
      [await running.find(allegationId), await running.find(newId('alg'))],
      [await running.submit(known), await running.submit({ ...known, investigationId: newId('inv') })],
      ...(await Promise.all(
        [
          [`/findings/${findingId}`, `/findings/${newId('fnd')}`],
          [`/allegations/${allegationId}`, `/allegations/${newId('alg')}`],
        ].map((paths) => Promise.all(paths.map((path) => running.command('PATCH', path, patch, { version: 1 })))),
      )),
    ];
    for (const [hidden, absent] of both) {
      expect([hidden?.status, hidden?.body.errorCode]).toEqual([404, 'NOT_FOUND']);
      const withoutCorrelation = ({ body }: { body: Record<string, unknown> }): unknown => ({
        ...body,
        correlationId: '',
      });
      expect(hidden && withoutCorrelation(hidden)).toEqual(absent && withoutCorrelation(absent));
    }
  });

  it('goes by pages, oldest first, and refuses what it does not know', async () => {
    const known = await running.opened();
    const allegationId = await running.alleged(known);
    const made: string[] = [];
    for (let n = 0; n < 5; n += 1) made.push(String((await running.find(allegationId)).body.findingId));
    const ivo = running.observed.as('investigator_ivo');
    const seen: string[] = [];
    let cursor = '';
    do {
      const { body } = await ivo.get<{ data: { findingId: string }[]; nextCursor: string | null }>(
        `/findings?caseId=${known.caseId}&limit=2${cursor}`,
      );
      seen.push(...body.data.map(({ findingId }) => findingId));
      cursor = body.nextCursor ? `&cursor=${encodeURIComponent(body.nextCursor)}` : '';
    } while (cursor);
    expect(seen).toEqual(made);
    for (const query of ['', '?caseId=1', `?caseId=${known.caseId}&cursor=x`, `?caseId=${known.caseId}&sort=status`])
      expect([query, (await ivo.get(`/findings${query}`)).status]).toEqual([query, 400]);
  });

  it('of statements happens here alone: none is in an event, an audit record or a refusal', async () => {
    const known = await complete();
    const { allegationId = '', findingId = '' } = ids.get(known.caseId) ?? {};
    const secret = { statement: 'SECRET-OTHERWISE' };
    await running.command('PATCH', `/allegations/${allegationId}`, secret, { version: 1 });
    await running.command('PATCH', `/findings/${findingId}`, secret, { version: 1 });
    const refused = [
      await running.command('PATCH', `/findings/${findingId}`, secret, { version: 1 }),
      await running.allege(known, { againstPartyId: newId('pty') }),
      await running.allege(known, { statement: 'SECRET '.repeat(5_000) }),
      await running.find(allegationId, { conclusion: 'SECRET' }),
      await running.find(allegationId, { evidenceRefs: [{ evidenceId: newId('ev'), evidenceVersion: 1 }] }),
    ];
    await running.submit(known);
    refused.push(await running.find(allegationId), await running.allege(known));
    for (const { status, text } of refused) {
      expect(status).toBeGreaterThanOrEqual(400);
      expect(text).not.toMatch(/SECRET/);
    }
    const logged = await running.observed.rows('SELECT * FROM bus.outbox_event');
    expect(logged.length).toBeGreaterThan(10);
    expect(JSON.stringify(logged)).not.toMatch(/SECRET/);
  });
});
