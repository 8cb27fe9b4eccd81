import pg from 'pg';
import type { ModuleDatabase } from '../database/module-database.js';
import { isRefusedPassword } from '../database/renew-passwords.js';
import type { Place } from './server-run.js';

const CHANNEL = 'remit_log';
/** NOTIFY takes a lock that every committing transaction waits for: one for many commits, on its own connection. */
const COALESCE_MS = 10;
const RECONNECT_MS = 1_000;
/** PostgreSQL takes 8,000 bytes. */
const LONGEST = 7_900;

/** What processes on one database tell each other. Each part may be missed: whoever waits for it also looks. */
export interface News {
  /** Something was committed to the log. */
  committed?: true;
  /** Up to where consumers have gone past everything, by name. */
  passed?: Readonly<Record<string, Place>>;
  /** Consumers that have applied something. */
  applied?: readonly string[];
  /** Consumers were given back. */
  released?: true;
  /** The application's clock was moved. */
  clock?: true;
  /** A job was cancelled, paused or resumed. */
  jobs?: true;
}

/** After a time without a connection anything may have happened. */
const ANYTHING: News = { committed: true, released: true, clock: true, jobs: true };

/** Tells the other processes on this database what they would find by looking, only sooner, and hears it from them. */
export class Neighbours {
  private client: pg.Client | undefined;
  private news: News = {};
  private toldAt = 0;
  private telling: NodeJS.Timeout | undefined;
  private reconnecting: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(
    private readonly bus: ModuleDatabase,
    /** Unlike any neighbour's: what one says comes back to oneself too. */
    private readonly self: string,
    private readonly heard: (news: News) => void,
  ) {}

  async start(): Promise<void> {
    const { connectionString } = this.bus.pool.options;
    const client = new pg.Client({ connectionString, application_name: 'remit neighbours' });
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
    this.heard(ANYTHING);
  }

  /** At once, or together with what else is told within ten milliseconds of the last. */
  tell(news: News): void {
    const passed = { ...this.news.passed, ...news.passed };
    const applied = [...new Set([...(this.news.applied ?? []), ...(news.applied ?? [])])];
    this.news = { ...this.news, ...news, passed, applied };
    const due = this.toldAt + COALESCE_MS - Date.now();
    this.telling ??= setTimeout(() => void this.send(), Math.max(0, due));
  }

  /** Ends after what is still to be told. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.reconnecting);
    if (this.telling) await this.send();
    await this.client?.end();
  }

  private async send(): Promise<void> {
    clearTimeout(this.telling);
    this.telling = undefined;
    this.toldAt = Date.now();
    const { passed, ...short } = this.news;
    this.news = {};
    const whole = JSON.stringify({ from: this.self, ...short, passed });
    const payload = whole.length > LONGEST ? JSON.stringify({ from: this.self, ...short }) : whole;
    await this.client
      ?.query({ name: 'tell', text: 'SELECT pg_notify($1, $2)', values: [CHANNEL, payload] })
      .catch(() => undefined);
  }

  private receive(payload = ''): void {
    const { from, ...news } = told(payload);
    if (from !== this.self) this.heard(news);
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

const isPlace = (place: unknown): boolean => {
  const { snapshot, run } = (place ?? {}) as Partial<Record<keyof Place, unknown>>;
  return typeof snapshot === 'string' && SNAPSHOT.test(snapshot) && typeof run === 'string';
};

/** Every role of the database may send on a channel, and a neighbour may run other code than we do. */
function told(payload: string): News & { from?: string } {
  try {
    const { passed, applied, ...news } = JSON.parse(payload) as News & { from?: string };
    const sound = Object.entries(passed ?? {}).filter(([, place]) => isPlace(place));
    return {
      ...news,
      ...(sound.length > 0 && { passed: Object.fromEntries(sound) }),
      ...(Array.isArray(applied) && applied.length > 0 && { applied }),
    };
  } catch {
    return ANYTHING;
  }
}
