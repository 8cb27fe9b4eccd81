import type pg from 'pg';
import { checkCommands } from './check-commands.js';
import { checkDelivery } from './check-delivery.js';
import { checkOverHttp } from './check-over-http.js';
import { awaitDrained } from './drained.js';
import type { FaultedProcess } from './faulted-process.js';
import { tallyOf, type Finding, type Tally } from './findings.js';
import type { Ledger } from './ledger.js';
import { resolveUnknown } from './resolve.js';

export interface Verdict {
  findings: Finding[];
  tally: Tally;
}

/** Compares the ledger with what the database and the API say, when nothing is under way any more. */
export async function check(admin: pg.Client, ledger: Ledger, through: FaultedProcess): Promise<Verdict> {
  const findings = await resolveUnknown(admin, ledger, through.officer);
  findings.push(...(await awaitDrained(admin, through)));
  const entries = ledger.entries();
  findings.push(...(await checkCommands(admin, entries)));
  findings.push(...(await checkDelivery(admin, await through.consumers())));
  findings.push(...(await checkOverHttp(entries, through)));
  return { findings, tally: tallyOf(entries, findings) };
}
