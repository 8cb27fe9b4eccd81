import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ReportingModule } from '../../../src/modules/reporting/reporting.module.js';
import { listenToCase, type CaseStream } from '../../support/case-stream.js';
import { startModule, type TestModule } from '../../support/module.js';
import { CaseStory, PartyStory } from './samples.js';

const listen = ({ baseUrl }: TestModule, caseId: string, actorId?: string): Promise<CaseStream> =>
  listenToCase(baseUrl, caseId, actorId);

describe('the stream of a case', () => {
  let reporting: TestModule;
  let story: CaseStory;
  let mill: PartyStory;
  let registered: string;
  beforeEach(async () => {
    reporting = await startModule(ReportingModule);
    [story, mill] = [new CaseStory(), new PartyStory()];
    const events = [mill.registered('Alder Mill Ltd'), story.registered([{ party: mill }])];
    registered = (await reporting.log.append(...events)).at(-1) ?? '';
    await reporting.as('investigator_ivo').get(`/cases/${story.caseId}/dossier?waitForEventId=${registered}`);
  });
  afterEach(() => reporting.stop());

  it('begins with the present state, and tells of each change of the case and of the names in it', async () => {
    const { response, next } = await listen(reporting, story.caseId);
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(response.headers.get('x-correlation-id')).toMatch(/^corr_/);
    expect(await next()).toMatchObject({
      event: 'projection',
      id: registered,
      data: { caseId: story.caseId, lastEventId: registered, projectedAt: expect.stringMatching(/Z$/) as unknown },
    });
    const [amended = ''] = await reporting.log.append(story.amended({ title: 'Noise' }));
    expect((await next())?.id).toBe(amended);
    const [renamed = ''] = await reporting.log.append(mill.renamed('Alder Mills plc'));
    expect((await next())?.data.lastEventId).toBe(renamed);
  });

  it('is not there for those who may not read the dossier', async () => {
    const [secret, after] = await tellOfSecretCase();
    await reporting.as('supervisor_sol').get(`/cases/${secret.caseId}/dossier?waitForEventId=${after}`);
    for (const caseId of [secret.caseId, new CaseStory().caseId, 'case_1'])
      expect((await listen(reporting, caseId)).response.status).toBe(404);
  });

  it('ends when the case is closed to its reader, and goes on for others', async () => {
    const [ivo, sol] = [await listen(reporting, story.caseId), await listen(reporting, story.caseId, 'supervisor_sol')];
    await Promise.all([ivo.next(), sol.next()]);
    const [amended = ''] = await reporting.log.append(story.amended({ classification: 'RESTRICTED' }));
    expect(await ivo.next()).toBeUndefined();
    expect((await sol.next())?.id).toBe(amended);
  });

  it('ends when the application stops, which does not wait for it', async () => {
    const { next } = await listen(reporting, story.caseId);
    await next();
    await reporting.app.close();
    expect(await next()).toBeUndefined();
  });

  async function tellOfSecretCase(): Promise<[CaseStory, string]> {
    const secret = new CaseStory();
    const [id = ''] = await reporting.log.append(secret.registered([], { classification: 'RESTRICTED' }));
    return [secret, id];
  }
});
