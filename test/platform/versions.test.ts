import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { asOfficer } from '../support/probe/caller.js';
import { bodyOf, make, note, paint, stageGadget, stagePaint } from '../support/probe/commands.js';
import { Gadget } from '../support/probe/gadget.js';
import { ProbeDatabase } from '../support/probe/probe-database.js';
import type { ProbeProcess } from '../support/probe/probe-process.js';

describe('versions of an aggregate', () => {
  let database: ProbeDatabase;
  let process: ProbeProcess;
  beforeAll(async () => {
    database = await ProbeDatabase.clone();
    process = await database.process();
  });
  afterAll(() => database.drop());

  const colourOf = async (gadgetId: string): Promise<unknown[]> =>
    database.sql('SELECT version, colour FROM probe.gadget WHERE gadget_id = $1', [gadgetId]);

  it('refuse a command whose caller has seen an older one, and tell the current one', async () => {
    const { gadgetId } = await make(process.work, 'stale caller');
    await paint(process.work, gadgetId, 'red', { expectedVersion: 1 });
    const stale = paint(process.work, gadgetId, 'green', { expectedVersion: 1 });
    await expect(stale).rejects.toMatchObject({ errorCode: 'VERSION_MISMATCH', members: { currentVersion: 2 } });
    expect(await colourOf(gadgetId)).toEqual([{ version: 2, colour: 'red' }]);
  });

  /** Paints the gadget while another command that has loaded it has not committed yet. */
  async function overtaken(gadgetId: string, expectedVersion?: number): Promise<{ versions: number[]; body: string }> {
    const versions: number[] = [];
    const { body } = await asOfficer(
      () =>
        process.work.run(async (tx) => {
          const gadget = await tx.loadExpected(Gadget, gadgetId);
          versions.push(gadget.version);
          if (versions.length === 1) await database.sql(OVERTAKE, [gadgetId]);
          stagePaint(tx, gadget, `${gadget.colour} and dotted`);
          tx.audit(note('GADGET_PAINTED', gadget));
          return { body: { colour: gadget.colour }, of: gadget };
        }),
      expectedVersion === undefined ? {} : { expectedVersion },
    );
    return { versions, body };
  }
  const OVERTAKE = `UPDATE probe.gadget SET version = version + 1, colour = 'striped' WHERE gadget_id = $1`;

  it('refuse a command that was overtaken after it had read the aggregate, when its caller named one', async () => {
    const { gadgetId } = await make(process.work, 'overtaken with if-match');
    const refused = overtaken(gadgetId, 1);
    await expect(refused).rejects.toMatchObject({ errorCode: 'VERSION_MISMATCH', members: { currentVersion: 2 } });
    expect(await colourOf(gadgetId)).toEqual([{ version: 2, colour: 'striped' }]);
  });

  it('make a command that named none decide again on the state that is there now', async () => {
    const { gadgetId } = await make(process.work, 'overtaken');
    const { versions, body } = await overtaken(gadgetId);
    expect(versions).toEqual([1, 2]);
    expect(JSON.parse(body)).toMatchObject({ colour: 'striped and dotted', version: 3 });
    expect(await colourOf(gadgetId)).toEqual([{ version: 3, colour: 'striped and dotted' }]);
  });

  it('are guarded however the aggregate was found', async () => {
    const { gadgetId } = await make(process.work, 'found by name');
    let reads = 0;
    await asOfficer(() =>
      process.work.run(async (tx) => {
        const [gadget] = await tx.findBy(Gadget, { name: 'found by name' });
        if (!gadget) throw new Error('It is gone.');
        reads += 1;
        if (reads === 1) await database.sql(OVERTAKE, [gadgetId]);
        stagePaint(tx, gadget, `${gadget.colour} and dotted`);
        tx.audit(note('GADGET_PAINTED', gadget));
        return { body: {}, of: gadget };
      }),
    );
    expect(await colourOf(gadgetId)).toEqual([{ version: 3, colour: 'striped and dotted' }]);
  });

  it('rise by one with every event, and no two writers ever share one', async () => {
    const { gadgetId } = await make(process.work, 'hot');
    const again = { errorCode: 'VERSION_MISMATCH' };
    async function writer(name: number): Promise<number[]> {
      const versions: number[] = [];
      while (versions.length < 10) {
        try {
          versions.push(bodyOf(await paint(process.work, gadgetId, `colour ${name}`)).version);
        } catch (error) {
          // Five lost races in a row are the caller's to repeat.
          expect(error).toMatchObject(again);
        }
      }
      return versions;
    }
    const answered = (await Promise.all(Array.from({ length: 8 }, (_, index) => writer(index)))).flat();
    const inTurn = Array.from({ length: 81 }, (_, index) => index + 1);
    expect([1, ...answered].sort((a, b) => a - b)).toEqual(inTurn);
    const log = await database.sql<{ version: number }>(
      'SELECT aggregate_version::int AS version FROM bus.outbox_event WHERE aggregate_id = $1 ORDER BY position',
      [gadgetId],
    );
    expect(log.map(({ version }) => version)).toEqual(inTurn);
  });

  it('are not needed for a gapless number: forty at once, some refused, leave neither gap nor repeat', async () => {
    await make(process.work, 'taken');
    const numbered = (index: number): Promise<string> =>
      asOfficer(async () => {
        const { body } = await process.work.run((tx) => {
          const number = tx.allocate(
            `INSERT INTO gadget_counter AS c (kind, last_number) VALUES ($1, 1)
             ON CONFLICT (kind) DO UPDATE SET last_number = c.last_number + 1
             RETURNING 'GAD-' || lpad(last_number::text, 3, '0') AS value`,
            ['gad'],
          );
          const gadget = stageGadget(tx, index % 4 === 0 ? 'taken' : `numbered ${index}`, number);
          return { status: 201, body: { number }, of: gadget };
        });
        return (JSON.parse(body) as { number: string }).number;
      });
    const results = await Promise.allSettled(Array.from({ length: 40 }, (_, index) => numbered(index)));
    const numbers = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    const wanted = Array.from({ length: 30 }, (_, index) => `GAD-${String(index + 1).padStart(3, '0')}`);
    expect(numbers.sort()).toEqual(wanted);
    const rows = await database.sql<{ number: string }>(
      'SELECT number FROM probe.gadget WHERE number IS NOT NULL ORDER BY number',
    );
    expect(rows.map(({ number }) => number)).toEqual(wanted);
  });

  it('may stand beside a number that only the answer tells', async () => {
    const { body, location } = await asOfficer(() =>
      process.work.run((tx) => {
        const number = tx.allocate(`SELECT 'seven' AS value WHERE $1 = 'x'`, ['x']);
        const gadget = Gadget.of('numbered in the answer alone');
        tx.add(gadget);
        tx.audit(note('GADGET_MADE', gadget));
        return { status: 201, location: `/gadgets/${number}`, body: { number } };
      }),
    );
    expect(JSON.parse(body)).toMatchObject({ number: 'seven' });
    expect(location).toBe('/gadgets/seven');
  });
});
