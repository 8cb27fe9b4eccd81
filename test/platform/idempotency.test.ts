import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Call } from '../../src/platform/base/context.js';
import type { Answer } from '../../src/platform/messaging/answer.js';
import { asOfficer, withKey } from '../support/probe/caller.js';
import { stageGadget } from '../support/probe/commands.js';
import { ProbeDatabase } from '../support/probe/probe-database.js';
import type { ProbeProcess } from '../support/probe/probe-process.js';

const DAY = 86_400_000;

describe('an idempotency key', () => {
  let database: ProbeDatabase;
  let process: ProbeProcess;
  beforeAll(async () => {
    database = await ProbeDatabase.clone();
    process = await database.process();
  });
  afterAll(() => database.drop());

  /** Makes a gadget as the HTTP layer lets a command run; names may repeat, so that only the key can stop a second. */
  const make = (key: string, input: { name: string }, actorId = 'ines'): Promise<Answer> =>
    asOfficer(
      () =>
        process.work.answering(() =>
          process.work.run((tx) => {
            const gadget = stageGadget(tx, `${input.name} ${Math.random()}`);
            return { status: 201, location: `/gadgets/${gadget.gadgetId}`, body: { name: input.name }, of: gadget };
          }),
        ),
      { actorId, ...withKey(key, input) },
    );

  const made = (name: string): Promise<number> => database.count('probe.gadget WHERE name LIKE $1', [`${name} %`]);

  it('gives concurrent repeats one gadget and the same bytes', async () => {
    const answers = await Promise.all(Array.from({ length: 12 }, () => make('twelve', { name: 'twelve' })));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(await made('twelve')).toBe(1);
  });

  it('gives a later repeat the first answer with status, ETag and location', async () => {
    const first = await make('later', { name: 'later' });
    expect(first).toMatchObject({ status: 201, etag: '"1"', location: expect.stringMatching(/^\/gadgets\/gad_/) });
    expect(await make('later', { name: 'later' })).toEqual(first);
  });

  it('is refused for another request, and nothing is done', async () => {
    await make('reused', { name: 'reused' });
    const other = make('reused', { name: 'another' });
    await expect(other).rejects.toMatchObject({ errorCode: 'IDEMPOTENCY_KEY_REUSED', status: 422 });
    expect(await made('another')).toBe(0);
  });

  it('of another officer is another key', async () => {
    const [one, other] = [await make('shared', { name: 'shared' }), await make('shared', { name: 'shared' }, 'ivo')];
    expect(one.body).not.toBe(other.body);
    expect(await made('shared')).toBe(2);
  });

  it('answers a repeat whose rule now stands against it with what was answered first, and nobody else', async () => {
    const command = (actorId: string): Promise<Answer> =>
      asOfficer(
        () =>
          process.work.answering(() =>
            process.work.run((tx) => ({ status: 201, body: {}, of: stageGadget(tx, 'only one') })),
          ),
        { actorId, ...withKey('only-one') },
      );
    const first = await command('ines');
    expect(await command('ines')).toEqual(first);
    await expect(command('ivo')).rejects.toMatchObject({ code: '23505' });
  });

  it('is not spent by a command that failed', async () => {
    const attempt = (fail: boolean): Promise<Answer> =>
      asOfficer(
        () =>
          process.work.answering(() =>
            process.work.run((tx) => {
              if (fail) throw new Error('Not this time.');
              return { status: 201, body: {}, of: stageGadget(tx, 'second try') };
            }),
          ),
        withKey('second-try'),
      );
    await expect(attempt(true)).rejects.toThrow('Not this time.');
    expect(await attempt(false)).toMatchObject({ status: 201 });
  });

  it('is free again after 24 hours of the application, for whichever of two repeats comes first', async () => {
    const first = await make('old', { name: 'old' });
    process.clock.moveTo(process.clock.offset + DAY - 60_000);
    expect(await make('old', { name: 'old' })).toEqual(first);
    process.clock.moveTo(process.clock.offset + 61_000);
    const again = await Promise.all(Array.from({ length: 6 }, () => make('old', { name: 'old' })));
    expect(new Set(again.map(({ body }) => body)).size).toBe(1);
    expect(again[0]?.body).not.toBe(first.body);
    expect(await made('old')).toBe(2);
  });

  it('is forgotten when it is old, and only then', async () => {
    await make('kept', { name: 'kept' });
    process.clock.moveTo(process.clock.offset + DAY + 1_000);
    await make('young', { name: 'young' });
    await process.work.forgetOldAnswers();
    const keys = await database.sql<{ key: string }>('SELECT idempotency_key AS key FROM probe.idempotency_record');
    expect(keys.map(({ key }) => key)).toEqual(['young']);
  });

  it('is not judged while the body is still to come: that a repeat fails before is what its caller is told', async () => {
    const { idempotency } = withKey('streamed');
    if (!idempotency) throw new Error('There is a key.');
    const streamed = (covered: boolean): Partial<Call> => ({
      idempotency: covered ? idempotency : { ...idempotency, digest: 'not yet', incomplete: true },
    });
    const upload = (call: Partial<Call>, fails: boolean): Promise<Answer> =>
      asOfficer(
        () =>
          process.work.answering(() => {
            if (fails) return Promise.reject(new Error('The connection broke off.'));
            return process.work.run((tx) => ({ status: 201, body: {}, of: stageGadget(tx, 'uploaded') }));
          }),
        call,
      );
    const first = await upload(streamed(true), false);
    await expect(upload(streamed(false), true)).rejects.toThrow('broke off');
    expect(await upload(streamed(true), true)).toEqual(first);
    await expect(upload(streamed(false), false)).rejects.toThrow('Cover the content before the commit');
  });
});
