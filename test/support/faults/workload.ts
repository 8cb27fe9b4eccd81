import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Officer } from '../officer.js';
import { Caller } from './commands.js';
import type { Command, Given, Ledger, Outcome } from './ledger.js';

const LANES = 8;
const AFTER_AN_ERROR_MS = 250;

/** Sends a command once. A status from 500 on tells nothing of what became of it. */
export async function send(officer: Officer, command: Command): Promise<{ outcome: Outcome; given?: Given }> {
  const { method, path, body, headers, key } = command;
  try {
    const reply = await officer.send(method, path, body, { ...headers, 'idempotency-key': key });
    if (reply.status >= 500) return { outcome: 'unknown', given: givenBy(reply) };
    return { outcome: reply.status < 300 ? 'acknowledged' : 'failed', given: givenBy(reply) };
  } catch {
    return { outcome: 'unknown' };
  }
}

const givenBy = ({ status, text, headers }: { status: number; text: string; headers: Headers }): Given => ({
  status,
  text,
  etag: headers.get('etag'),
  location: headers.get('location'),
});

/** Officers at work, each on cases of its own, all of it in the ledger. */
export class Workload {
  private readonly callers: Caller[];
  private stopped = false;
  private running: Promise<unknown> = Promise.resolve();
  /** How many commands were acknowledged so far. */
  acknowledged = 0;
  /** How many have an unknown outcome so far. */
  unknown = 0;

  constructor(
    private readonly ledger: Ledger,
    random: () => number,
    { lanes = LANES, partiesOnly = false } = {},
  ) {
    this.callers = Array.from({ length: lanes }, () => new Caller(random, partiesOnly));
  }

  /** Goes on until stopped, or until nobody answers any more. */
  start(officer: Officer): void {
    this.stopped = false;
    this.running = Promise.all(this.callers.map((caller) => this.work(caller, officer)));
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.running;
  }

  private async work(caller: Caller, officer: Officer): Promise<void> {
    while (!this.stopped) {
      const draft = caller.next();
      const { ifMatch, ...rest } = draft;
      const headers: Record<string, string> = ifMatch ? { 'if-match': ifMatch } : {};
      const command: Command = { ...rest, actorId: officer.actorId, headers, key: randomUUID() };
      this.ledger.sent(command);
      const { outcome, given } = await send(officer, command);
      this.ledger.answered(command.key, outcome, given);
      if (outcome === 'acknowledged' && given) {
        this.acknowledged += 1;
        caller.took(draft, given);
      }
      if (outcome !== 'unknown') continue;
      this.unknown += 1;
      caller.lost(draft);
      if (!given) return;
      // An officer who has met an error does not try again at the same moment.
      await pause(AFTER_AN_ERROR_MS);
    }
  }
}
