import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newId } from '../../src/platform/base/ids.js';
import type { Registration } from '../../src/platform/messaging/delivery.js';
import { make, paint } from '../support/probe/commands.js';
import { ProbeDatabase } from '../support/probe/probe-database.js';
import { ECHOES, type ProbeProcess } from '../support/probe/probe-process.js';

const WRITE = `
  INSERT INTO bus.outbox_event (id, producer, aggregate_type, aggregate_id, aggregate_version, event_type, event_version,
    topic, event_key, payload_json, classification, correlation_id, causation_id, occurred_at)
  SELECT id, 'probe', 'gadget', id, 1, 'GadgetMade', 1, 'probe', id, '{}', 'INTERNAL', 'corr', 'cmd', '2025-01-01Z'
  FROM unnest($1::text[]) AS id`;

describe('a reaction that is deployed onto a full log', () => {
  let database: ProbeDatabase;
  let process: ProbeProcess;
  beforeAll(async () => {
    database = await ProbeDatabase.clone();
  });
  beforeEach(async () => {
    process = await database.process();
    await make(process.work, 'long ago');
    await make(process.work, 'yesterday');
  });
  afterEach(() => database.clear());
  afterAll(() => database.drop());

  const deployed = ({ echoes }: ProbeProcess): Registration[] => [{ ...echoes, starts: 'deployment' }];
  const acted = async (): Promise<string[]> => [...(await database.echoes()).keys()].sort();

  it('acts on all of it when it starts at the beginning', async () => {
    await process.deliver([process.echoes]);
    await database.handled(ECHOES, 2);
    expect(await database.count('mirror.echo')).toBe(2);
  });

  it('acts on nothing that happened before and on everything after when it starts at its deployment', async () => {
    await process.deliver(deployed(process));
    const { gadgetId } = await make(process.work, 'today');
    await paint(process.work, gadgetId, 'red');
    await database.handled(ECHOES, 2);
    expect(await database.echoes()).toEqual(new Map([[gadgetId, [1, 2]]]));
    expect(await database.count('mirror.inbox_event')).toBe(2);
  });

  it('acts on what was in progress at its deployment and was committed later', async () => {
    const writer = await database.connectAs('probe');
    const id = newId('evt');
    await writer.query('BEGIN');
    await writer.query(WRITE, [[id]]);
    await process.deliver(deployed(process));
    const { gadgetId } = await make(process.work, 'meanwhile');
    await database.handled(ECHOES, 1);
    await writer.query('COMMIT');
    process.delivery.committed();
    await database.handled(ECHOES, 2);
    await writer.end();
    expect(await acted()).toEqual([gadgetId, id].sort());
  });

  it('has its place before the first command is taken, and keeps it at every later start', async () => {
    await database.setPaused('relay', true);
    await process.deliver(deployed(process));
    const { gadgetId: first } = await make(process.work, 'while delivery was paused');
    await process.stopDelivering();
    const { gadgetId: second } = await make(process.work, 'while nobody delivered');
    await process.deliver(deployed(process));
    await database.setPaused('relay', false);
    await database.handled(ECHOES, 2);
    expect(await acted()).toEqual([first, second].sort());
  });

  it('starts where the first of two replicas was deployed, and acts on nothing twice', async () => {
    const other = await database.process();
    await database.setPaused('relay', true);
    await process.deliver(deployed(process), false);
    const { gadgetId } = await make(process.work, 'between the two');
    await other.deliver(deployed(other), false);
    await database.setPaused('relay', false);
    await database.handled(ECHOES, 1);
    expect(await database.echoes()).toEqual(new Map([[gadgetId, [1]]]));
  });

  it('loses nothing when the process that deployed it is cut off before its first batch', async () => {
    const hold = database.hold();
    process.interference.before = hold.wait;
    await process.deliver(deployed(process));
    const { gadgetId } = await make(process.work, 'cut off');
    await hold.reached;
    await database.sql(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND application_name LIKE 'remit %'`);
    const next = await database.process();
    await next.deliver(deployed(next));
    await database.handled(ECHOES, 1);
    expect(await database.echoes()).toEqual(new Map([[gadgetId, [1]]]));
  });
});
