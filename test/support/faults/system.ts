import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { eventually } from '../eventually.js';
import type { Officer } from '../officer.js';
import { checkDelivery } from './check-delivery.js';
import { check, type Verdict } from './check.js';
import type { Breakage } from './crash-points.js';
import { FaultedProcess } from './faulted-process.js';
import { awaitDrained } from './drained.js';
import type { Finding } from './findings.js';
import { Ledger, type Command } from './ledger.js';
import { newFolder, type Deployment } from './deployments.js';
import { createObservationSchema } from './observation-schema.js';
import { send, Workload } from './workload.js';

const RECOVERED_WITHIN_MS = 60_000;

/** The whole of what is put to the test: a database, the processes on it, and the ledger outside of both. */
export class FaultedSystem<On extends Deployment = Deployment> {
  readonly ledger: Ledger;
  private readonly processes: FaultedProcess[] = [];
  private isPrepared = false;

  private constructor(
    readonly deployment: On,
    private readonly folder: string,
    private readonly random: () => number,
    private readonly weaken: (admin: pg.ClientBase) => Promise<void>,
  ) {
    this.ledger = new Ledger(join(folder, 'ledger.jsonl'));
  }

  /** @param weaken takes a protection of the database away */
  static async on<On extends Deployment>(
    deployment: On,
    random: () => number,
    weaken: (admin: pg.ClientBase) => Promise<void> = () => Promise.resolve(),
  ): Promise<FaultedSystem<On>> {
    const system = new FaultedSystem(deployment, await newFolder(), random, weaken);
    // The application makes its own server and what is in it.
    if (!deployment.alone) await system.prepare();
    return system;
  }

  /** Starts a process that finds the tables of the observations. */
  async start(broken?: Breakage): Promise<FaultedProcess> {
    const hitFile = join(this.folder, `hit-${this.processes.length}.json`);
    const process = await FaultedProcess.start(this.folder, this.deployment.environment, hitFile, broken);
    this.processes.push(process);
    if (!this.isPrepared) await this.prepare();
    return process;
  }

  /** Sends one command, as the workload does. */
  async send(officer: Officer, command: Command): Promise<void> {
    this.ledger.sent(command);
    const { outcome, given } = await send(officer, command);
    this.ledger.answered(command.key, outcome, given);
  }

  /** A process that is known to be dead holds nothing: the tests need not wait for its lease to end. */
  async endLeases(): Promise<void> {
    if (this.deployment.alone) return;
    await this.asAdministrator(async (admin) => {
      const { rows } = await admin.query<{ schema: string }>(
        `SELECT schemaname AS schema FROM pg_tables WHERE tablename = 'consumer_offset'`,
      );
      for (const { schema } of rows)
        await admin.query(
          `UPDATE ${schema}.consumer_offset SET lease_until = NULL;
           UPDATE ${schema}.job SET lease_until = clock_timestamp() WHERE lease_until IS NOT NULL`,
        );
    });
  }

  workload(options?: { lanes?: number; partiesOnly?: boolean }): Workload {
    return new Workload(this.ledger, this.random, options);
  }

  /** Resolves what is unknown through this process, waits until all is delivered, and looks at everything. */
  check(through: FaultedProcess): Promise<Verdict> {
    return this.asAdministrator((admin) => check(admin, this.ledger, through));
  }

  /** The part of the check that needs no ledger: everything is delivered, once, and every projection is current. */
  checkDelivery(through: FaultedProcess): Promise<Finding[]> {
    return this.asAdministrator(async (admin) => [
      ...(await awaitDrained(admin, through)),
      ...(await checkDelivery(admin, await through.consumers())),
    ]);
  }

  async asAdministrator<T>(work: (admin: pg.Client) => Promise<T>): Promise<T> {
    const admin = await this.connected();
    try {
      return await work(admin);
    } finally {
      await admin.end();
    }
  }

  /** A server that recovers from a crash refuses connections for a while. */
  private async connected(): Promise<pg.Client> {
    let admin: pg.Client | undefined;
    await eventually(
      async () => {
        admin = new pg.Client({ connectionString: await this.deployment.url() });
        admin.on('error', () => undefined);
        return admin.connect().then(() => undefined, String);
      },
      (refused) => refused === undefined,
      RECOVERED_WITHIN_MS,
    );
    if (!admin) throw new Error('There is no connection.');
    return admin;
  }

  async close(): Promise<void> {
    await Promise.all(this.processes.map((process) => process.stop()));
    await this.deployment.close();
    this.ledger.close();
    await rm(this.folder, { recursive: true, force: true });
  }

  private async prepare(): Promise<void> {
    await this.asAdministrator(async (admin) => {
      await createObservationSchema(admin);
      await this.weaken(admin);
    });
    this.isPrepared = true;
  }
}
