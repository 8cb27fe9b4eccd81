import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { FindDossiers } from '../../../src/modules/reporting/find-dossiers.js';
import { ReportingModule } from '../../../src/modules/reporting/reporting.module.js';
import { listenToCase, type CaseStream } from '../../support/case-stream.js';
import { eventually } from '../../support/eventually.js';
import { startModule, type TestModule } from '../../support/module.js';
import { CaseStory, linked, PartyStory } from './samples.js';

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

  it('has only those dossiers read again that have changed, however many are watched', async () => {
    const others = [1, 2, 3].map(() => new CaseStory());
    await reporting.log.append(...others.map((each) => each.registered([{ party: new PartyStory(), version: 1 }])));
    const last = await reporting.log.append(story.amended({ title: 'Noise' }));
    await reporting.as('investigator_ivo').get(`/cases/${story.caseId}/dossier?waitForEventId=${last[0] ?? ''}`);
    const dossiers = reporting.app.get(FindDossiers);
    const [marks, many] = [jest.spyOn(dossiers, 'marks'), jest.spyOn(dossiers, 'many')];
    const streams = await Promise.all([story, ...others].map(({ caseId }) => listen(reporting, caseId)));
    await Promise.all(streams.map(({ next }) => next()));
    // Each watched case is read once by a poll, since what its client got first is from before it.
    const read = (): string[] => many.mock.calls.flatMap(([caseIds]) => [...caseIds]).sort();
    const watched = [story, ...others].map(({ caseId }) => caseId);
    await eventually(
      () => Promise.resolve(read()),
      (ids) => ids.length === watched.length,
    );
    const polls = marks.mock.calls.length;
    const [amended = ''] = await reporting.log.append(story.amended({ title: 'Odour and noise' }));
    expect((await streams[0]?.next())?.id).toBe(amended);
    await eventually(
      () => Promise.resolve(marks.mock.calls.length),
      (count) => count > polls + 1,
    );
    expect(read()).toEqual([...watched, story.caseId].sort());
  });

  it('is not there for those who may not read the dossier', async () => {
    const [secret, after] = await tellOfSecretCase();
    await reporting.as('supervisor_sol').get(`/cases/${secret.caseId}/dossier?waitForEventId=${after}`);
    for (const caseId of [secret.caseId, new CaseStory().caseId, 'case_1'])
      expect((await listen(reporting, caseId)).response.status).toBe(404);
  });

  it('tells nobody that something has changed which they may not see, and when', async () => {
    const [secret, other] = [new PartyStory(), new CaseStory()];
    const [, , linkOfBoth = ''] = await reporting.log.append(
      secret.registered('Brook Tannery Ltd', 'RESTRICTED'),
      other.registered([{ party: secret }], { classification: 'INTERNAL' }),
      linked(other, story),
    );
    await reporting.as('investigator_ivo').get(`/cases/${other.caseId}/dossier?waitForEventId=${linkOfBoth}`);
    const [ivo, sol] = [await listen(reporting, other.caseId), await listen(reporting, other.caseId, 'supervisor_sol')];
    await Promise.all([ivo.next(), sol.next()]);
    const [renamed = ''] = await reporting.log.append(secret.renamed('Brook Tanneries plc', 'RESTRICTED'));
    expect((await sol.next())?.id).toBe(renamed);
    const shown = (actorId: string): Promise<string> =>
      reporting
        .as(actorId)
        .get<{ projection: { lastEventId: string } }>(`/cases/${other.caseId}/dossier?waitForEventId=${renamed}`)
        .then(({ body }) => body.projection.lastEventId);
    expect([await shown('investigator_ivo'), await shown('supervisor_sol')]).toEqual([linkOfBoth, renamed]);
    // The linked case is closed to ivo, who sees the link go; what happens in it afterwards is none of theirs.
    await reporting.log.append(story.amended({ classification: 'RESTRICTED' }));
    expect((await ivo.next())?.id).toBe(linkOfBoth);
    await reporting.log.append(story.amended({ classification: 'RESTRICTED', team: 'legal' }));
    const [amended = ''] = await reporting.log.append(other.amended({ title: 'Noise' }));
    expect((await ivo.next())?.id).toBe(amended);
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
