import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import pg from 'pg';
import { asOfficer, withKey } from '../support/probe/caller.js';
import { bodyOf, make, note, paint, stageGadget, stagePaint } from '../support/probe/commands.js';
import { GadgetMade } from '../support/probe/contracts.js';
import { Gadget, GadgetNote } from '../support/probe/gadget.js';
import { ProbeDatabase } from '../support/probe/probe-database.js';
import type { ProbeProcess } from '../support/probe/probe-process.js';
import { Refusal } from '../../src/platform/base/refusal.js';

describe('a unit of work', () => {
  let database: ProbeDatabase;
  let process: ProbeProcess;
  beforeAll(async () => {
    database = await ProbeDatabase.clone();
    process = await database.process();
  });
  afterAll(() => database.drop());

  const stored = async (): Promise<number[]> => [
    await database.count('probe.gadget'),
    await database.count('probe.gadget_note'),
    await database.count('bus.outbox_event'),
    await database.count('probe.idempotency_record'),
  ];

  it('commits aggregate, event, audit event and first answer in one statement', async () => {
    const before = await stored();
    const statements = jest.spyOn(pg.Client.prototype, 'query');
    await asOfficer(
      () =>
        process.work.run((tx) => {
          const gadget = stageGadget(tx, 'all at once');
          tx.add(GadgetNote.on(gadget.gadgetId, 'made'));
          return { status: 201, body: {}, of: gadget };
        }),
      withKey('all-at-once'),
    );
    const count = statements.mock.calls.length;
    statements.mockRestore();
    expect(count).toBe(1);
    expect(await stored()).toEqual(before.map((rows, index) => rows + (index === 2 ? 2 : 1)));
  });

  it('changes an aggregate with one read and one write', async () => {
    const { gadgetId } = await make(process.work, 'read and write');
    const statements = jest.spyOn(pg.Client.prototype, 'query');
    await paint(process.work, gadgetId, 'red');
    const count = statements.mock.calls.length;
    statements.mockRestore();
    expect(count).toBe(2);
  });

  it('writes nothing when a row of it is refused', async () => {
    await make(process.work, 'taken');
    const before = await stored();
    const again = asOfficer(
      () =>
        process.work.run((tx) => {
          const gadget = stageGadget(tx, 'taken');
          tx.add(GadgetNote.on(gadget.gadgetId, 'never written'));
          return { body: {}, of: gadget };
        }),
      withKey('taken'),
    );
    await expect(again).rejects.toMatchObject({ code: '23505' });
    expect(await stored()).toEqual(before);
  });

  it('is refused, and writes nothing, when an aggregate was changed and its version did not rise', async () => {
    const { gadgetId } = await make(process.work, 'silent');
    const before = await stored();
    const silent = asOfficer(() =>
      process.work.run(async (tx) => {
        const gadget = await tx.load(Gadget, gadgetId);
        gadget.colour = 'red';
        tx.change(gadget);
        tx.audit({ eventType: 'GadgetPaintedAudit', action: 'PAINT_GADGET', subject: { gadgetId } });
        return { body: {}, of: gadget };
      }),
    );
    await expect(silent).rejects.toThrow('Gadget was changed, and its version did not rise');
    expect(await stored()).toEqual(before);
  });

  it('writes nothing when a condition of its own is not met, and refuses as its module words it', async () => {
    const worded = new Refusal('NO_SUCH_GADGET', 410, 'There is no such gadget.', 'Make one first.', { hint: 'POST' });
    const before = await stored();
    const refused = asOfficer(
      () =>
        process.work.run((tx) => {
          const gadget = stageGadget(tx, 'conditional');
          tx.statement(`UPDATE gadget SET colour = 'red' WHERE gadget_id = $1 RETURNING 1`, ['none'], worded);
          return { body: {}, of: gadget };
        }),
      withKey('conditional'),
    );
    await expect(refused).rejects.toBe(worded);
    expect(await stored()).toEqual(before);
  });

  it('takes no code that nobody words: the compiler refuses it, and a raised one is a fault, not a refusal', async () => {
    const unworded = asOfficer(() =>
      process.work.run((tx) => {
        const gadget = stageGadget(tx, 'unworded');
        // @ts-expect-error A code that stands in no list of refusals.
        tx.statement('SELECT 1 WHERE false', [], 'NOT_IN_ANY_LIST');
        return { body: {}, of: gadget };
      }),
    );
    await expect(unworded).rejects.not.toBeInstanceOf(Refusal);
    await expect(unworded).rejects.toMatchObject({ code: 'RM001' });
  });

  it('must not change anything without a note for Audit', async () => {
    const before = await stored();
    const silent = asOfficer(() =>
      process.work.run((tx) => {
        const gadget = Gadget.of('silent');
        tx.add(gadget);
        tx.publish(gadget, GadgetMade, { gadgetId: gadget.gadgetId, name: gadget.name });
        return { body: {} };
      }),
    );
    await expect(silent).rejects.toThrow('must say so to Audit');
    expect(await stored()).toEqual(before);
  });

  it('must not publish what its module does not declare', async () => {
    class GadgetLost {
      static readonly type = 'GadgetLost';
      static readonly version = 1;
      gadgetId!: string;
    }
    const before = await stored();
    const undeclared = asOfficer(() =>
      process.work.run((tx) => {
        const gadget = stageGadget(tx, 'undeclared');
        tx.publish(gadget, GadgetLost, { gadgetId: gadget.gadgetId });
        return { body: {} };
      }),
    );
    await expect(undeclared).rejects.toThrow('probe does not declare GadgetLost');
    expect(await stored()).toEqual(before);
  });

  it('must not publish for an aggregate that it has neither loaded nor added', async () => {
    const unguarded = asOfficer(() =>
      process.work.run((tx) => {
        stagePaint(tx, Gadget.of('from elsewhere'), 'red');
        return { body: {} };
      }),
    );
    await expect(unguarded).rejects.toThrow('nothing else guards its version');
  });

  it('may change nothing at all', async () => {
    const before = await stored();
    const answer = await asOfficer(() => process.work.run(() => ({ body: { already: 'so' } })));
    expect(bodyOf(answer)).toEqual({ already: 'so' });
    expect(await stored()).toEqual(before);
  });

  it('logs several events of one aggregate in the order of their versions', async () => {
    const answer = await asOfficer(() =>
      process.work.run((tx) => {
        const gadget = stageGadget(tx, 'painted thrice');
        for (const colour of ['red', 'green', 'blue']) stagePaint(tx, gadget, colour);
        tx.audit(note('GADGET_PAINTED', gadget));
        return { body: { gadgetId: gadget.gadgetId }, of: gadget };
      }),
    );
    const { gadgetId, version } = bodyOf(answer);
    expect(version).toBe(4);
    const log = await database.sql<{ version: string }>(
      'SELECT aggregate_version AS version FROM bus.outbox_event WHERE aggregate_id = $1 ORDER BY position',
      [gadgetId],
    );
    expect(log.map((event) => Number(event.version))).toEqual([1, 2, 3, 4]);
  });
});
