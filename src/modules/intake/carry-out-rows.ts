import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import pLimit from 'p-limit';
import { RegisterCase } from '../../contracts/case-registry/register-case.js';
import { RecordAllegation } from '../../contracts/investigation/record-allegation.js';
import { RegisterParty } from '../../contracts/party/register-party.js';
import { Clock } from '../../platform/base/clock.js';
import type { Answer } from '../../platform/messaging/answer.js';
import { Bus } from '../../platform/messaging/bus.js';
import { Log } from '../../platform/telemetry/log.js';
import type { ExternalReference, KnownReferences } from './external-references.js';
import { hasClaimed, type PendingRow, type RowResult } from './import-row.js';
import { INTERNAL_ERROR, isUnavailable, outcomeUnknown, reasonsOf } from './row-refusals.js';

const ROWS_AT_ONCE = 8;
/** After so many tries that end in a fault of ours, a row is refused: it must not hold up the job for ever. */
const TRIES = 8;
/** Owners keep idempotency keys for 24 hours; an hour is left for a command that is still on its way. */
const KEYS_ARE_KEPT_FOR = 23 * 3_600_000;

/** A batch on its way. */
interface Batch {
  rows: readonly PendingRow[];
  known: KnownReferences;
  signal: AbortSignal;
  results: Map<number, RowResult>;
  settled: ExternalReference[];
  /** An owner cannot be reached: the rest of the batch is left for later. */
  halted: boolean;
}

export interface CarriedOut {
  /** One a row. */
  results: RowResult[];
  settled: ExternalReference[];
}

/** Turns rows into commands to the owners of what they ask for, in the name of the officer who imports them. */
@Injectable()
export class CarryOutRows {
  constructor(
    private readonly bus: Bus,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /**
   * Sends the owners the commands that these rows ask for, as far as their claims allow. Parties come first, for all
   * rows: by the time a case is registered, its owner knows the party and need not ask. Allegations come last, because
   * each case's investigation opens a moment after the case. Never throws for a row's sake.
   */
  async run(rows: readonly PendingRow[], known: KnownReferences, signal: AbortSignal): Promise<CarriedOut> {
    const batch: Batch = { rows, known, signal, results: new Map(), settled: [], halted: false };
    const atOnce = pLimit(ROWS_AT_ONCE);
    await atOnce.map(rows, (row) => this.registerParty(row, batch));
    await atOnce.map(rows, (row) => this.registerCase(row, batch));
    await atOnce.map(rows, (row) => this.recordAllegation(row, batch));
    const results = rows.map((row) => batch.results.get(row.rowNumber) ?? later(row));
    return { results, settled: batch.settled };
  }

  private async registerParty(row: PendingRow, batch: Batch): Promise<void> {
    const claim = batch.known.partyOf(row);
    if (!claim || !hasClaimed(row, claim) || !hasClaimed(row, batch.known.caseOf(row))) return;
    const answer = await this.tell<{ partyId: string }>(row, claim, batch, (idempotencyKey) =>
      this.bus.tell(RegisterParty, row.commands.party, { idempotencyKey }),
    );
    if (answer) batch.settled.push(Object.assign(claim, { subjectId: answer.partyId }));
  }

  private async registerCase(row: PendingRow, batch: Batch): Promise<void> {
    const { rowNumber, attempts, commands } = row;
    const claim = batch.known.caseOf(row);
    const partyId = batch.known.partyOf(row)?.subjectId ?? null;
    const imported = ({ subjectId, caseNumber, importId, rowNumber: by }: ExternalReference): void => {
      const about = { caseId: subjectId ?? '', caseNumber: caseNumber ?? '', partyId };
      // At an earlier try, when its allegation had to wait, perhaps.
      const outcome = importId === row.importId && by === rowNumber ? 'CREATED' : 'EXISTING';
      batch.results.set(rowNumber, { rowNumber, attempts, outcome, ...about });
    };
    if (claim && claim.subjectId !== null) {
      imported(claim);
      return;
    }
    // The reference or the party is another row's to settle; there is another pass.
    if (batch.results.has(rowNumber) || !claim || !hasClaimed(row, claim) || partyId === null) return;
    const answer = await this.tell<{ caseId: string; caseNumber: string }>(row, claim, batch, (idempotencyKey) => {
      const input: RegisterCase = { ...commands.case, parties: [{ partyId, role: 'SUBJECT' }] };
      return this.bus.tell(RegisterCase, input, { idempotencyKey });
    });
    if (!answer) return;
    batch.settled.push(Object.assign(claim, { subjectId: answer.caseId, caseNumber: answer.caseNumber }));
    imported(claim);
  }

  /** A row whose case is there comes to an end only when its allegation does. */
  private async recordAllegation(row: PendingRow, batch: Batch): Promise<void> {
    const { rowNumber, commands } = row;
    const imported = batch.results.get(rowNumber);
    const claim = batch.known.allegationOf(row);
    if (!commands.allegation || !claim || !hasClaimed(row, claim)) return;
    if ((imported?.outcome !== 'CREATED' && imported?.outcome !== 'EXISTING') || imported.partyId === null) return;
    const { caseId, caseNumber, partyId } = imported;
    batch.results.delete(rowNumber);
    const input: RecordAllegation = { ...commands.allegation, caseId, againstPartyId: partyId };
    const answer = await this.tell<{ allegationId: string }>(row, claim, batch, (idempotencyKey) =>
      this.bus.tell(RecordAllegation, input, { idempotencyKey }),
    );
    const otherwise = batch.results.get(rowNumber);
    if (answer) {
      batch.settled.push(Object.assign(claim, { subjectId: answer.allegationId }));
      batch.results.set(rowNumber, imported);
    } else if (otherwise?.outcome === 'REFUSED') {
      batch.results.set(rowNumber, { ...otherwise, caseId, caseNumber, partyId });
    }
  }

  /**
   * The owner's answer, or undefined with the row's result set. The key follows from the reference: when this process
   * ends between the owner's commit and Intake's own, whoever resumes the job tells the same under the same key and
   * the same officer's name, and is given the first answer. Past the day for which owners keep keys that is no longer
   * so, and nobody can be asked which case came of a reference; then the row is refused rather than done twice.
   */
  private async tell<Body>(
    row: PendingRow,
    { subject, reference, claimedAt }: ExternalReference,
    batch: Batch,
    send: (idempotencyKey: string) => Promise<Answer>,
  ): Promise<Body | undefined> {
    const { rowNumber, attempts } = row;
    const refused = (result: Pick<RowResult & { outcome: 'REFUSED' }, 'reasons'>): void => {
      batch.results.set(rowNumber, { rowNumber, attempts, outcome: 'REFUSED', ...result });
    };
    if (this.clock.now().getTime() - claimedAt.getTime() > KEYS_ARE_KEPT_FOR) {
      refused({ reasons: [outcomeUnknown(subject)] });
      return undefined;
    }
    if (batch.halted || batch.signal.aborted) return undefined;
    try {
      return JSON.parse((await send(keyOf(subject, reference))).body) as Body;
    } catch (error) {
      const reasons = reasonsOf(error);
      if (isUnavailable(error)) batch.halted = true;
      else if (reasons) refused({ reasons });
      else {
        this.log.fault('A row could not be imported.', error as Error);
        if (attempts + 1 >= TRIES) refused({ reasons: [INTERNAL_ERROR] });
        else batch.results.set(rowNumber, { rowNumber, attempts: attempts + 1, outcome: 'PENDING' });
      }
      return undefined;
    }
  }
}

const later = ({ rowNumber, attempts }: PendingRow): RowResult => ({ rowNumber, attempts, outcome: 'PENDING' });

const keyOf = (subject: string, reference: string): string =>
  `import:${subject.toLowerCase()}:${createHash('sha256').update(reference).digest('base64url')}`;
