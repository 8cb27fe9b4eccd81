import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { tokenFrom } from '../support/case-stream.js';
import { asServerAdministrator } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import type { RemitProcess } from '../support/process.js';
import { heldBy, Replicas } from '../support/replicas.js';

const WRITERS = 3;

/** Registers cases without pause, each under a key of its own, as a client behind a load balancer does. */
class Load {
  /** First answers by key. */
  readonly answers = new Map<string, string>();
  /** Statuses other than of a first or repeated answer. */
  readonly refused: number[] = [];
  repeats = 0;
  private running = true;
  private readonly writers: Promise<void>[];

  constructor(
    private readonly replicas: Replicas,
    private readonly name: string,
    private readonly token: string,
    private readonly partyId: string,
  ) {
    this.writers = Array.from({ length: WRITERS }, (_, writer) => this.write(writer));
  }

  async stop(): Promise<void> {
    this.running = false;
    await Promise.all(this.writers);
  }

  private async write(writer: number): Promise<void> {
    for (let count = 0; this.running; count += 1) {
      const key = `${this.name}-${writer}-${count}`;
      for (let attempt = writer; ; attempt += 1) {
        const answer = await this.send(attempt % 2 === 0 ? this.replicas.one : this.replicas.other, key);
        if (answer !== undefined) {
          this.answers.set(key, answer);
          break;
        }
        this.repeats += 1;
      }
    }
  }

  /** @returns nothing when the connection fails */
  async send({ baseUrl }: RemitProcess, key: string): Promise<string | undefined> {
    const headers = {
      authorization: `Bearer ${this.token}`,
      'content-type': 'application/json',
      'idempotency-key': key,
    };
    const body = JSON.stringify({ caseTypeCode: 'WAT', parties: [{ partyId: this.partyId, role: 'SUBJECT' }] });
    try {
      const response = await fetch(`${baseUrl}/api/v1/cases`, { method: 'POST', headers, body });
      const text = await response.text();
      if (response.status !== 201) this.refused.push(response.status);
      return text;
    } catch {
      return undefined;
    }
  }
}

describe('replicas that are replaced under load', () => {
  let replicas: Replicas;
  let token: string;
  let partyId: string;
  beforeAll(async () => {
    replicas = await Replicas.start();
    token = await tokenFrom(`${replicas.one.baseUrl}/api/v1`, 'intake_ines');
    const party = { kind: 'ORGANISATION', legalName: 'Weir Paper Ltd' };
    partyId = (await replicas.one.as('intake_ines').post<{ partyId: string }>('/parties', party)).body.partyId;
  });
  afterAll(() => replicas.stop());

  const count = (fromAndWhere: string): Promise<number> =>
    asServerAdministrator(
      async (admin) =>
        (await admin.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${fromAndWhere}`)).rows[0]?.n ?? 0,
      replicas.database.url,
    );
  const known = new Set<string>();

  /** By the owner, the log, the read model and the audit: no more and no fewer than were answered. */
  async function everythingIsThereOnce(load: Load): Promise<void> {
    for (const [key, answer] of load.answers) {
      known.add((JSON.parse(answer) as { caseNumber: string }).caseNumber);
      if (key.endsWith('0')) expect(await load.send(replicas.other, key)).toBe(answer);
    }
    expect(load.refused).toEqual([]);
    const numbers = [...known].map((number) => Number(number.slice(-6))).sort((a, b) => a - b);
    expect(numbers).toEqual(Array.from({ length: known.size }, (_, index) => index + 1));
    for (const where of [
      'case_registry.case_header',
      `bus.outbox_event WHERE event_type = 'CaseRegistered'`,
      'reporting.case_dossier',
      `audit.audit_record WHERE action = 'REGISTER_CASE'`,
    ])
      await eventually(
        () => count(where),
        (found) => found === known.size,
      );
    expect(await count(`reporting.case_dossier d WHERE (d.sources ->> ('case_header:' || case_id))::int <> 1`)).toBe(0);
  }

  it('fail no request that is repeated under its key, and do nothing twice, when stopped one after the other', async () => {
    const load = new Load(replicas, 'rolling', token, partyId);
    for (const each of [replicas.one, replicas.other]) {
      const before = load.answers.size;
      await eventually(
        () => load.answers.size,
        (answered) => answered > before + 20,
      );
      expect(await each.stop()).toBe(0);
      await replicas.replace(each);
    }
    await load.stop();
    expect(load.repeats).toBeGreaterThan(0);
    await everythingIsThereOnce(load);
  });

  it('take over what a killed one delivered to, and do nothing twice', async () => {
    const load = new Load(replicas, 'killed', token, partyId);
    const all = await eventually(
      async () => [await heldBy(replicas.one), await heldBy(replicas.other)],
      ([one = [], other = []]) => one.length + other.length > 5,
    );
    const [victim, survivor] =
      (all[0]?.length ?? 0) > 0 ? [replicas.one, replicas.other] : [replicas.other, replicas.one];
    await victim.killGroup();
    await eventually(
      () => heldBy(survivor),
      (held) => held.length === all.flat().length,
    );
    await load.stop();
    expect(load.repeats).toBeGreaterThan(0);
    await replicas.replace(victim);
    await everythingIsThereOnce(load);
  });
});
