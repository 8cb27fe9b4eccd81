import pg from 'pg';
import type { ModuleDatabase } from '../database/module-database.js';
import { isRefusedPassword } from '../database/renew-passwords.js';
import type { ConsumerProgress } from './server-run.js';

const CHANNEL = 'remit_log';
/** NOTIFY takes a lock that every committing transaction waits for: one for many commits, on its own connection. */
const COALESCE_MS = 10;
const RECONNECT_MS = 1_000;
/** PostgreSQL takes 8,000 bytes. */
const LONGEST = 7_900;

/** What replicas on one database notify each other of. Any part may be lost: whoever waits for it also polls. */
export interface Notification {
  /** Something was committed to the log. */
  committed?: true;
  /** Up to where consumers have gone past everything, by name. */
  passed?: Readonly<Record<string, ConsumerProgress>>;
  /** Consumers that have applied something. */
  applied?: readonly string[];
  /** Leases were released: a consumer may be free. */
  released?: true;
  /** The application's clock was moved. */
  clock?: true;
  /** A job was cancelled, paused or resumed. */
  jobs?: true;
}

/** After a time without a connection anything may have happened. */
const ANYTHING: Notification = { committed: true, released: true, clock: true, jobs: true };

/** Notifies the other replicas on this database of what they would find by polling, only sooner, and listens to them. */
export class ReplicaChannel {
  private client: pg.Client | undefined;
  private pending: Notification = {};
  private sentAt = 0;
  private sending: NodeJS.Timeout | undefined;
  private reconnecting: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(
    private readonly bus: ModuleDatabase,
    /** Differs between replicas: a process receives its own notifications too, and drops them. */
    private readonly self: string,
    private readonly received: (notification: Notification) => void,
  ) {}

  async start(): Promise<void> {
    const { connectionString } = this.bus.pool.options;
    const client = new pg.Client({ connectionString, application_name: 'remit notifications' });
    client.on('notification', ({ payload }) => {
      this.receive(payload);
    });
    client.on('error', () => {
      this.lost();
    });
    client.on('end', () => {
      this.lost();
    });
    await client.connect().catch(async (error: unknown) => {
      // The pool learns of new credentials, and leaves them where the next try finds them.
      if (isRefusedPassword(error)) (await this.bus.pool.connect()).release(true);
      throw error;
    });
    // Nothing that must last is written here: no commit need wait for the disk while it holds the lock.
    await client.query(`SET synchronous_commit = off; LISTEN ${CHANNEL}`);
    this.client = client;
    this.received(ANYTHING);
  }

  /** Sends at once, or together with what else is notified within ten milliseconds of the last. */
  notify(notification: Notification): void {
    const passed = { ...this.pending.passed, ...notification.passed };
    const applied = [...new Set([...(this.pending.applied ?? []), ...(notification.applied ?? [])])];
    this.pending = { ...this.pending, ...notification, passed, applied };
    const due = this.sentAt + COALESCE_MS - Date.now();
    this.sending ??= setTimeout(() => void this.send(), Math.max(0, due));
  }

  /** Ends after what is still pending has been sent. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.reconnecting);
    if (this.sending) await this.send();
    await this.client?.end();
  }

  private async send(): Promise<void> {
    clearTimeout(this.sending);
    this.sending = undefined;
    this.sentAt = Date.now();
    const { passed, ...short } = this.pending;
    this.pending = {};
    const whole = JSON.stringify({ from: this.self, ...short, passed });
    const payload = whole.length > LONGEST ? JSON.stringify({ from: this.self, ...short }) : whole;
    await this.client
      ?.query({ name: 'notify', text: 'SELECT pg_notify($1, $2)', values: [CHANNEL, payload] })
      .catch(() => undefined);
  }

  private receive(payload = ''): void {
    const { from, ...notification } = parsed(payload);
    if (from !== this.self) this.received(notification);
  }

  private lost(): void {
    this.client = undefined;
    if (this.stopped || this.reconnecting) return;
    this.reconnecting = setTimeout(() => {
      this.reconnecting = undefined;
      this.start().catch(() => {
        this.lost();
      });
    }, RECONNECT_MS);
  }
}

const SNAPSHOT = /^\d{1,20}:\d{1,20}:[\d,]*$/;

const isProgress = (progress: unknown): boolean => {
  const { snapshot, run } = (progress ?? {}) as Partial<Record<keyof ConsumerProgress, unknown>>;
  return typeof snapshot === 'string' && SNAPSHOT.test(snapshot) && typeof run === 'string';
};

/** Every role of the database may send on a channel, and a replica may run another release. */
function parsed(payload: string): Notification & { from?: string } {
  try {
    const { passed, applied, ...notification } = JSON.parse(payload) as Notification & { from?: string };
    const sound = Object.entries(passed ?? {}).filter(([, progress]) => isProgress(progress));
    return {
      ...notification,
      ...(sound.length > 0 && { passed: Object.fromEntries(sound) }),
      ...(Array.isArray(applied) && applied.length > 0 && { applied }),
    };
  } catch {
    return ANYTHING;
  }
}
