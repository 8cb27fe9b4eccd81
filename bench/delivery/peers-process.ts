import 'reflect-metadata';
import { Logger, makeWorkerUtils, run, type Job } from 'graphile-worker';
import pg from 'pg';
import PgBoss from 'pg-boss';
import { touchRow } from '../contexts/handlers.js';
import { NOTE, TITLE } from '../contexts/item.js';
import { newId } from '../../src/platform/base/ids.js';
import { answerCalls } from '../server/answer-calls.js';

interface Payload {
  eventId: string;
  itemId: string;
  version: number;
  title: string;
  note: string;
}

const TASK = 'item-changed';
/** The batch, inbox row and projection row of Remit's own consumer, in one statement: the kindest a peer can be given. */
const APPLY = `
  WITH fresh AS (
    INSERT INTO sink.inbox_event (consumer_name, event_id, event_type, event_key, aggregate_version, position, status,
      processed_at)
    SELECT $1, event_id, 'ItemChanged', item_id, version, 0, 'PROCESSED', clock_timestamp()
    FROM unnest($2::text[], $3::text[], $4::int[]) AS e (event_id, item_id, version)
    ON CONFLICT DO NOTHING RETURNING event_id, event_key, aggregate_version
  )
  INSERT INTO sink.rows_c (item_id, applied, version, title, last_event_id)
  SELECT event_key, count(*), max(aggregate_version), '${TITLE}', max(event_id) FROM fresh GROUP BY event_key
  ORDER BY event_key ${touchRow('rows_c')}`;

const applying = (consumer: string, jobs: readonly Payload[]): pg.QueryConfig => ({
  name: 'apply',
  text: APPLY,
  values: [
    consumer,
    jobs.map(({ eventId }) => eventId),
    jobs.map(({ itemId }) => itemId),
    jobs.map(({ version }) => version),
  ],
});

const payloads = (count: number): Payload[] => {
  const items = Math.max(1, Math.floor(count / 3));
  const names = Array.from({ length: items }, () => newId('item'));
  return Array.from({ length: count }, (_, index) => ({
    eventId: newId('evt'),
    itemId: names[index % items] ?? '',
    version: Math.floor(index / items) + 1,
    title: TITLE,
    note: NOTE,
  }));
};

let url = '';
let pool: pg.Pool;
let boss: PgBoss;

async function open(options: { url: string }): Promise<void> {
  url = options.url;
  pool = new pg.Pool({ connectionString: url, max: 12 });
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  const utils = await makeWorkerUtils({ pgPool: pool });
  await utils.migrate();
  await utils.release();
  boss = new PgBoss({ connectionString: url, max: 8, supervise: false, schedule: false });
  boss.on('error', (error) => {
    throw error;
  });
  await boss.start();
  await boss.createQueue(TASK);
}

/** Seconds that graphile-worker takes for so many jobs: a local queue of 500, and as many jobs at once as serve it best. */
async function graphile({ jobs }: { jobs: number }): Promise<number> {
  await pool.query(
    `SELECT count(*) FROM graphile_worker.add_jobs(ARRAY(
       SELECT json_populate_record(NULL::graphile_worker.job_spec, json_build_object('identifier', '${TASK}', 'payload', p))
       FROM json_array_elements($1) AS p))`,
    [JSON.stringify(payloads(jobs))],
  );
  await pool.query('ANALYZE; CHECKPOINT');
  let done = 0;
  let finish: () => void = () => undefined;
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const startedAt = performance.now();
  const runner = await run({
    preset: { worker: { concurrentJobs: 24, localQueue: { size: 500 }, completeJobBatchDelay: 0 } },
    pgPool: pool,
    noHandleSignals: true,
    logger: new Logger(() => () => undefined),
    taskList: {
      [TASK]: async (payload, { withPgClient }) => {
        await withPgClient((client) => client.query(applying('graphile', [payload as Payload])));
        done += 1;
        if (done === jobs) finish();
      },
    },
  });
  runner.events.on('job:failed', ({ job, error }: { job: Job; error: unknown }) => {
    process.stderr.write(`bench: graphile-worker failed at ${job.id}: ${String(error)}\n`);
  });
  await finished;
  const seconds = (performance.now() - startedAt) / 1000;
  await runner.stop();
  return seconds;
}

const insertJobs = async (jobs: number): Promise<void> => {
  await boss.insert(payloads(jobs).map((data) => ({ name: TASK, data })));
  await pool.query('ANALYZE; CHECKPOINT');
};

const applyAll = (jobs: readonly PgBoss.Job<Payload>[]): Promise<unknown> =>
  pool.query(
    applying(
      'pg-boss',
      jobs.map(({ data }) => data),
    ),
  );

/** Seconds that pg-boss takes as it is meant to be used: four of its workers, each with a batch of 500. */
async function pgBoss({ jobs }: { jobs: number }): Promise<number> {
  await insertJobs(jobs);
  let done = 0;
  const startedAt = performance.now();
  await new Promise<void>((resolve, reject) => {
    for (let worker = 0; worker < 4; worker += 1)
      void boss.work<Payload>(TASK, { batchSize: 500, pollingIntervalSeconds: 0.5 }, async (batch) => {
        await applyAll(batch).catch(reject);
        done += batch.length;
        if (done === jobs) resolve();
      });
  });
  const seconds = (performance.now() - startedAt) / 1000;
  await boss.offWork(TASK);
  return seconds;
}

/** Seconds that pg-boss's queue takes without its workers: four loops that fetch, apply and complete with no pause. */
async function pgBossFetched({ jobs }: { jobs: number }): Promise<number> {
  await insertJobs(jobs);
  let done = 0;
  const startedAt = performance.now();
  const loop = async (): Promise<void> => {
    for (;;) {
      const batch = await boss.fetch<Payload>(TASK, { batchSize: 500 });
      if (batch.length === 0) return;
      await applyAll(batch);
      await boss.complete(
        TASK,
        batch.map(({ id }) => id),
      );
      done += batch.length;
    }
  };
  await Promise.all(Array.from({ length: 4 }, loop));
  if (done !== jobs) throw new Error(`pg-boss did ${done} of ${jobs} jobs.`);
  return (performance.now() - startedAt) / 1000;
}

answerCalls({ open, graphile, pgBoss, pgBossFetched });
