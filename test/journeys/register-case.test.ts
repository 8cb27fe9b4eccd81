import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Reply } from '../support/officer.js';
import { theApplication, type Remit } from '../support/remit.js';

interface Page<Row> {
  data: Row[];
  nextCursor: string | null;
}

describe('registering a case', () => {
  let remit: Remit;
  beforeAll(async () => {
    remit = await theApplication();
  });

  async function registerParty(legalName: string): Promise<string> {
    const { body } = await remit
      .as('intake_ines')
      .post<{ partyId: string }>('/parties', { kind: 'ORGANISATION', legalName });
    return body.partyId;
  }

  it('numbers forty registrations at once without gap or repeat', async () => {
    const ines = remit.as('intake_ines');
    const partyId = await registerParty('Brook Tannery Ltd');
    const parties = [{ partyId, role: 'SUBJECT' }];
    const replies = await Promise.all(
      Array.from({ length: 40 }, () => ines.post<{ caseNumber: string }>('/cases', { caseTypeCode: 'WASTE', parties })),
    );
    expect(replies.map(({ status }) => status)).toEqual(Array(40).fill(201));
    const numbers = replies.map(({ body }) => body.caseNumber).sort();
    expect(new Set(numbers).size).toBe(40);
    // Others may register cases at the same time: the numbers between ours are theirs.
    const [first = '', last = ''] = [numbers[0], numbers.at(-1)];
    const found = (await numbered(first.slice(0, 'WASTE-2026-'.length))).filter(
      (each) => first <= each && each <= last,
    );
    const counter = (number: string): number => Number(number.slice(number.lastIndexOf('-') + 1));
    const wanted = Array.from({ length: counter(last) - counter(first) + 1 }, (_, index) => counter(first) + index);
    expect(found.map(counter).sort((one, other) => one - other)).toEqual(wanted);
    expect(found).toEqual(expect.arrayContaining(numbers));
  });

  /** The numbers of all cases that begin so. */
  async function numbered(beginning: string): Promise<string[]> {
    const numbers: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const path = `/cases?limit=100&search=${beginning}${cursor && `&cursor=${cursor}`}`;
      const page: Reply<Page<{ caseNumber: string }>> = await remit.as('supervisor_sol').get(path);
      numbers.push(...page.body.data.map(({ caseNumber }) => caseNumber));
      cursor = page.body.nextCursor;
    }
    return numbers;
  }

  it('shows a link only to those who may see both cases', async () => {
    const parties = [{ partyId: await registerParty('Cedar Works Ltd'), role: 'SUBJECT' }];
    const sol = remit.as('supervisor_sol');
    const register = async (classification: string): Promise<string> =>
      (await sol.post<{ caseId: string }>('/cases', { caseTypeCode: 'GEN', classification, parties })).body.caseId;
    const [open, hidden] = [await register('INTERNAL'), await register('RESTRICTED')];
    const linked = await sol.post(`/cases/${open}/links`, { linkedCaseId: hidden, relation: 'RELATED' });
    expect(linked.status).toBe(201);
    interface Linked {
      links: { linkedCaseId: string }[];
    }
    expect((await sol.get<Linked>(`/cases/${open}`)).body.links).toMatchObject([{ linkedCaseId: hidden }]);
    expect((await remit.as('intake_ines').get<Linked>(`/cases/${open}`)).body.links).toEqual([]);
  });

  it('answers twelve concurrent repeats of one key with one case and identical bytes', async () => {
    const ines = remit.as('intake_ines');
    const partyId = await registerParty('Alder Mill Ltd');
    const body = { caseTypeCode: 'AIR', parties: [{ partyId, role: 'SUBJECT' }] };
    const key = randomUUID();
    const replies = await Promise.all(
      Array.from({ length: 12 }, () => ines.post('/cases', body, { 'idempotency-key': key })),
    );
    expect(new Set(replies.map(({ text }) => text)).size).toBe(1);
    expect(new Set(replies.map(({ headers }) => headers.get('location'))).size).toBe(1);
    expect(replies.every(({ status }) => status === 201)).toBe(true);
    const { body: list } = await ines.get<{ data: unknown[] }>(`/cases?partyId=${partyId}`);
    expect(list.data).toHaveLength(1);
  });
});
