import type { Application } from './application.js';
import { delivered } from './delivered.js';

/** What commands themselves read: paused, each of them would ask the owner instead. */
const READ_BY_COMMANDS = ['case-registry.party-names'];

/** Runs something while nothing else is delivered, and waits afterwards until all of it has been. */
export async function withoutDelivery<Result>(
  remit: Pick<Application, 'baseUrl' | 'token'>,
  run: () => Promise<Result>,
): Promise<Result> {
  const headers = {
    authorization: `Bearer ${await remit.token('operator_otto')}`,
    'content-type': 'application/json',
  };
  const operations = `${remit.baseUrl}/api/v1/operations/consumers`;
  const answer = await fetch(operations, { headers });
  const { data } = (await answer.json()) as { data: { consumer: string }[] };
  const paused = data.map(({ consumer }) => consumer).filter((name) => !READ_BY_COMMANDS.includes(name));
  const change = async (intent: 'pause' | 'resume'): Promise<void> => {
    for (const name of paused) {
      const body = JSON.stringify({ reason: 'The bench measures commands alone.' });
      const { ok, status } = await fetch(`${operations}/${name}/${intent}`, { method: 'POST', headers, body });
      if (!ok) throw new Error(`Delivery to ${name} did not ${intent}: ${status}.`);
    }
  };
  await change('pause');
  try {
    return await run();
  } finally {
    await change('resume');
    await delivered(remit);
  }
}
