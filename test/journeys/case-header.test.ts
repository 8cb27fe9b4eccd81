import { beforeAll, describe, expect, it } from '@jest/globals';
import { theApplication, type Remit } from '../support/remit.js';
import type { Officer } from '../support/officer.js';

interface Case {
  caseId: string;
  version: number;
  publishedEventId: string;
  errorCode?: string;
  invalidParams?: { name: string; code: string }[];
}

/** Whatever officers may amend, and everybody sees in the dossier. */
const AMENDED = {
  title: 'Spill at the weir',
  classification: 'CONFIDENTIAL',
  team: 'north',
  location: 'Below the weir',
  receivedOn: '2026-03-02',
  occurredOn: '2026-02-28',
};
/** A day that the authority's calendar has not come to, whatever its time zone. */
const TO_COME = '2999-01-01';

describe('the header of a case', () => {
  let remit: Remit;
  let ines: Officer;
  let parties: { partyId: string; role: string }[];
  beforeAll(async () => {
    remit = await theApplication();
    ines = remit.as('intake_ines');
    const { body } = await ines.post<{ partyId: string }>('/parties', {
      kind: 'ORGANISATION',
      legalName: 'Alder Mills',
    });
    parties = [{ partyId: body.partyId, role: 'SUBJECT' }];
  });

  const registered = async (): Promise<Case> =>
    (
      await ines.post<Case>('/cases', {
        caseTypeCode: 'WAT',
        receivedOn: '2026-03-01',
        occurredOn: '2026-02-27',
        parties,
      })
    ).body;
  const amend = (caseId: string, change: object) =>
    ines.send<Case>('PATCH', `/cases/${caseId}`, change, { 'if-match': '"1"' });

  it('is shown by the dossier as it was registered', async () => {
    const { caseId, publishedEventId } = await registered();
    const { body } = await ines.get(`/cases/${caseId}/dossier?waitForEventId=${publishedEventId}`);
    expect(body).toMatchObject({ data: { receivedOn: '2026-03-01', occurredOn: '2026-02-27' } });
  });

  it('is shown as amended by its owner at once, and by the dossier once the event is applied', async () => {
    const { caseId } = await registered();
    const { status, body } = await amend(caseId, AMENDED);
    expect([status, body.version]).toEqual([200, 2]);
    expect((await ines.get(`/cases/${caseId}`)).body).toMatchObject(AMENDED);
    const dossier = await ines.get(`/cases/${caseId}/dossier?waitForEventId=${body.publishedEventId}`);
    expect(dossier.body).toMatchObject({ data: AMENDED });
  });

  it.each(['receivedOn', 'occurredOn'])('takes no %s that is still to come, at registration or later', async (day) => {
    const { caseId } = await registered();
    const replies = [
      await ines.post<Case>('/cases', { caseTypeCode: 'WAT', [day]: TO_COME, parties }),
      await amend(caseId, { [day]: TO_COME }),
    ];
    for (const { status, body } of replies) {
      expect([status, body.errorCode]).toEqual([400, 'VALIDATION_FAILED']);
      expect(body.invalidParams).toEqual([expect.objectContaining({ name: day, code: 'NOT_IN_FUTURE' })]);
    }
    expect((await ines.get(`/cases/${caseId}`)).body).toMatchObject({
      version: 1,
      receivedOn: '2026-03-01',
      occurredOn: '2026-02-27',
    });
  });
});
