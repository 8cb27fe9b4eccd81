import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Conventions, type Problem } from './http-conventions.js';

describe('what nobody expected', () => {
  let api: Conventions;
  const lines: string[] = [];
  beforeAll(async () => {
    api = await Conventions.start({ logLevel: 'info', logTo: { write: (line) => lines.push(line) } });
  });
  afterAll(() => api.remit.stop());

  const register = (correlationId: string) =>
    api.remit
      .as('intake_ines')
      .post<Problem>('/parties', { kind: 'PERSON', legalName: 'Vera Geheim' }, { 'x-correlation-id': correlationId });

  it.each([
    // PostgreSQL quotes the whole row in the detail of this error.
    ['a row that the database refuses', `ALTER TABLE party.party ADD CHECK (legal_name <> 'Vera Geheim')`],
    ['a table that is gone', 'DROP TABLE party.party CASCADE'],
  ])('is answered alike, and found again by its id: %s', async (how, damage) => {
    await api.query(damage);
    const before = how.includes('gone') ? undefined : await api.content();
    const correlationId = `fault-${how.length}`;
    const reply = await register(correlationId);
    expect(reply.status).toBe(500);
    expect(reply.body).toEqual({
      type: '/api/docs/problems/INTERNAL_ERROR',
      title: 'Something went wrong on our side.',
      status: 500,
      detail: 'Nothing is known to have been saved. Try again, or give the correlation id to your operator.',
      errorCode: 'INTERNAL_ERROR',
      correlationId,
    });
    if (before) expect(await api.content()).toEqual(before);
    const logged = lines.filter((line) => line.includes(correlationId) && !line.includes('"msg":"request"'));
    expect(logged).toHaveLength(1);
    expect(JSON.parse(logged[0] ?? '')).toMatchObject({ code: expect.stringMatching(/^(23514|42P01)$/) });
    expect(lines.join('')).not.toMatch(/Vera|Geheim/);
  });
});
