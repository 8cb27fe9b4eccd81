import type { Application } from './application.js';

/** Registers organisations that cases can be about, and answers their ids. */
export async function registerParties(application: Application, count: number): Promise<string[]> {
  const authorization = `Bearer ${await application.token('intake_ines')}`;
  const ids: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const answer = await fetch(`${application.baseUrl}/api/v1/parties`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization },
      body: JSON.stringify({ kind: 'ORGANISATION', legalName: `Weir Paper ${index} Ltd` }),
    });
    if (answer.status !== 201) throw new Error(`A party was not registered: ${await answer.text()}`);
    ids.push(((await answer.json()) as { partyId: string }).partyId);
  }
  return ids;
}
