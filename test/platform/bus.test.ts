import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { INestApplicationContext } from '@nestjs/common';
import type { Answer } from '../../src/platform/messaging/answer.js';
import { Bus } from '../../src/platform/messaging/bus.js';
import { Work } from '../../src/platform/messaging/work.js';
import { eventually } from '../support/eventually.js';
import { asOfficer } from '../support/probe/caller.js';
import { bodyOf } from '../support/probe/commands.js';
import { applicationOf, boot, contextOf, MIRROR, OwnerInterference, PROBE } from '../support/probe/contexts.js';
import { GetEchoes, GetGadget, MakeGadget, Resound } from '../support/probe/contracts.js';
import { ProbeDatabase } from '../support/probe/probe-database.js';

describe('the bus', () => {
  const [probe, mirror] = [contextOf('probe', PROBE), contextOf('mirror', MIRROR)];
  let database: ProbeDatabase;
  let application: INestApplicationContext;
  let bus: Bus;
  let work: Work;
  let owner: OwnerInterference;
  beforeAll(async () => {
    database = await ProbeDatabase.clone();
    application = await boot(applicationOf(database.database, [probe, mirror]));
    bus = application.select(mirror).get(Bus, { strict: true });
    work = application.select(mirror).get(Work, { strict: true });
    owner = application.select(probe).get(OwnerInterference, { strict: true });
  });
  afterEach(() => {
    owner.before = () => undefined;
  });
  afterAll(async () => {
    await application.close();
    await database.drop();
  });

  const tell = (name: string, idempotencyKey: string, deadlineMs?: number): Promise<Answer> =>
    asOfficer(() => bus.tell(MakeGadget, { name }, { idempotencyKey, ...(deadlineMs && { deadlineMs }) }));
  const made = (name: string): Promise<number> => database.count('probe.gadget WHERE name = $1', [name]);

  it('brings a question to the owner of the fact and its answer back', async () => {
    const { gadgetId } = bodyOf(await tell('asked about', 'asked-about'));
    expect(await bus.ask(GetGadget, { gadgetId })).toEqual({ name: 'asked about' });
    expect(await bus.ask(GetGadget, { gadgetId: 'none' })).toBeNull();
  });

  it('refuses a question that its contract does not allow, and names the field', async () => {
    const wrong = { gadgetId: 7 } as unknown as GetGadget;
    await expect(bus.ask(GetGadget, wrong)).rejects.toMatchObject({
      errorCode: 'VALIDATION_FAILED',
      members: { invalidParams: [{ name: 'gadgetId', code: 'IS_STRING' }] },
    });
    await expect(bus.ask(GetGadget, { gadgetId: 'x', colour: 'red' } as GetGadget)).rejects.toMatchObject({
      members: { invalidParams: [{ name: 'colour', code: 'UNKNOWN_FIELD' }] },
    });
  });

  it('carries a command out once per key and gives a repeat the same bytes', async () => {
    const answers = await Promise.all(Array.from({ length: 6 }, () => tell('sent', 'sent')));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(await made('sent')).toBe(1);
    await expect(tell('sent otherwise', 'sent')).rejects.toMatchObject({ errorCode: 'IDEMPOTENCY_KEY_REUSED' });
  });

  it('carries a command out in the name of its caller, under the policy and audit of its owner', async () => {
    const { gadgetId } = bodyOf(await tell('audited', 'audited'));
    const [audit] = await database.sql(
      `SELECT producer, payload_json -> 'actor' ->> 'actorId' AS actor, payload_json -> 'policies' AS policies
       FROM bus.outbox_event WHERE event_type = 'AuditStaged' AND payload_json -> 'subject' ->> 'gadgetId' = $1`,
      [gadgetId],
    );
    expect(audit).toEqual({ producer: 'probe', actor: 'ines', policies: ['POST /gadgets'] });
  });

  it('refuses a command for which the caller has no role, or whose input is wrong', async () => {
    const actor = { actorId: 'otto', roles: ['OPERATOR'], clearance: 'INTERNAL' as const };
    const without = asOfficer(() => bus.tell(MakeGadget, { name: 'x' }, { idempotencyKey: 'x' }), { actor });
    await expect(without).rejects.toMatchObject({ errorCode: 'FORBIDDEN' });
    await expect(tell('', 'empty')).rejects.toMatchObject({ errorCode: 'VALIDATION_FAILED' });
    expect(await made('x')).toBe(0);
  });

  it('takes neither question nor command from inside a unit of work', async () => {
    const inside = (call: () => Promise<unknown>): Promise<Answer> =>
      asOfficer(() => work.run(async () => ({ body: { answer: await call() } })));
    const refused = 'before the unit of work begins';
    await expect(inside(() => bus.ask(GetGadget, { gadgetId: 'x' }))).rejects.toThrow(refused);
    await expect(inside(() => tell('inside', 'inside'))).rejects.toThrow(refused);
    expect(await made('inside')).toBe(0);
  });

  it('lets a sent command ask in its turn, what its handler declares', async () => {
    const probes = application.select(probe).get(Bus, { strict: true });
    const { gadgetId } = bodyOf(await tell('to ask about', 'to-ask-about'));
    const answers: unknown[] = [];
    owner.before = async () => {
      answers.push(await probes.ask(GetEchoes, { gadgetId }));
    };
    await tell('asks', 'asks');
    expect(answers).toEqual([{ echoes: expect.any(Number) }]);
    await expect(bus.ask(GetGadget, { gadgetId })).rejects.toThrow('probe.GetGadget does not declare that it asks');
  });

  it('lets a sent command tell in its turn: each command once per key, in the caller\u2019s name', async () => {
    const probes = application.select(probe).get(Bus, { strict: true });
    owner.before = async () => {
      owner.before = () => undefined;
      await probes.tell(Resound, { gadgetId: 'sent on' }, { idempotencyKey: 'on' });
    };
    await tell('tells', 'tells');
    expect(await database.count(`mirror.echo WHERE gadget_id = 'sent on'`)).toBe(1);
    const [audit] = await database.sql(
      `SELECT payload_json -> 'actor' ->> 'actorId' AS actor, payload_json -> 'policies' AS policies
       FROM bus.outbox_event WHERE payload_json ->> 'action' = 'RESOUND'`,
    );
    expect(audit).toEqual({ actor: 'ines', policies: ['POST /echoes'] });
  });

  it('takes only what the module declares that it asks and tells', async () => {
    class GetSecret {
      static readonly type = 'GetSecret';
      static readonly answer = { oneOrNone: GetSecret };
      gadgetId!: string;
    }
    await expect(bus.ask(GetSecret, { gadgetId: 'x' })).rejects.toThrow(
      'mirror does not declare that it asks GetSecret',
    );
    const probesBus = application.select(probe).get(Bus, { strict: true });
    const undeclared = asOfficer(() => probesBus.tell(MakeGadget, { name: 'x' }, { idempotencyKey: 'x' }));
    await expect(undeclared).rejects.toThrow('probe does not declare that it tells MakeGadget');
  });

  it('answers that the owner is unavailable when the deadline has passed, and whoever asked saves nothing', async () => {
    const hold = database.hold();
    owner.before = hold.wait;
    const command = asOfficer(async () => {
      const gadget = await bus.ask(GetGadget, { gadgetId: 'x' }, { deadlineMs: 20 });
      return work.run((tx) => {
        tx.statement(`INSERT INTO echo VALUES ('late', 1, DEFAULT, $1, 1)`, [gadget?.name]);
        tx.audit({ eventType: 'EchoedAudit', action: 'ECHO', subject: {} });
        return { body: {} };
      });
    });
    const unavailable = { errorCode: 'OWNER_UNAVAILABLE', status: 503, members: { retryAfterSeconds: 1 } };
    await expect(command).rejects.toMatchObject(unavailable);
    hold.release();
    expect(await database.count(`mirror.echo WHERE echo_id = 'late'`)).toBe(0);
  });

  it('answers that the owner is unavailable when it fails, and repeats nothing of what it failed with', async () => {
    owner.before = () => {
      throw new Error('row 7: Ewa Lindqvist');
    };
    const failed = bus.ask(GetGadget, { gadgetId: 'x' });
    const unavailable = { errorCode: 'OWNER_UNAVAILABLE', status: 503, members: { retryAfterSeconds: 1 } };
    await expect(failed).rejects.toMatchObject(unavailable);
    await expect(failed).rejects.not.toThrow('Ewa');
  });

  it('tells by a repeat with the key what came of a command whose deadline had passed', async () => {
    const hold = database.hold();
    owner.before = hold.wait;
    await expect(tell('late', 'late', 20)).rejects.toMatchObject({ errorCode: 'OWNER_UNAVAILABLE' });
    expect(await made('late')).toBe(0);
    hold.release();
    await eventually(
      () => made('late'),
      (count) => count === 1,
    );
    const [stored] = await database.sql<{ body: string }>(
      `SELECT body FROM probe.idempotency_record WHERE idempotency_key = 'late'`,
    );
    expect((await tell('late', 'late')).body).toBe(stored?.body);
    expect(await made('late')).toBe(1);
  });
});
