import { Column, Entity, PrimaryColumn } from 'typeorm';
import { newId } from '../../../platform/base/ids.js';
import { refuseDecision } from '../decision.errors.js';
import type { DecidedTerms } from '../outcome/determination.js';

type SettledStatus = 'APPROVED' | 'REJECTED' | 'WITHDRAWN';
export type CorrectionStatus = 'AWAITING_APPROVAL' | SettledStatus;

const FOURTEEN_DAYS = 14 * 86_400_000;

/** What one officer asks for and another, by name, approves. Until then the decision stays as it is. */
@Entity({ name: 'decision_correction' })
export class DecisionCorrection {
  @PrimaryColumn({ name: 'correction_id', type: 'text' })
  correctionId!: string;

  @Column({ type: 'integer' })
  version!: number;

  @Column({ name: 'decision_id', type: 'text' })
  decisionId!: string;

  @Column({ name: 'case_id', type: 'text' })
  caseId!: string;

  /** The version that the requester looked at. */
  @Column({ name: 'of_decision_version', type: 'integer' })
  ofDecisionVersion!: number;

  @Column({ type: 'text' })
  status!: CorrectionStatus;

  /** What changes; what is left out stays. */
  @Column({ type: 'jsonb' })
  change!: Partial<DecidedTerms>;

  /** Null when the reasoning stays. */
  @Column({ name: 'reasoning_text', type: 'text', nullable: true })
  reasoningText!: string | null;

  @Column({ type: 'text' })
  reason!: string;

  @Column({ name: 'ticket_ref', type: 'text', nullable: true })
  ticketRef!: string | null;

  @Column({ name: 'requested_by', type: 'text' })
  requestedBy!: string;

  @Column({ name: 'requested_at', type: 'timestamptz' })
  requestedAt!: Date;

  /** The authority whose approval it needs, and nobody else's. */
  @Column({ name: 'approved_by', type: 'text' })
  approvedBy!: string;

  @Column({ name: 'expires_at', type: 'timestamptz' })
  expiresAt!: Date;

  @Column({ name: 'settled_by', type: 'text', nullable: true })
  settledBy!: string | null;

  @Column({ name: 'settled_at', type: 'timestamptz', nullable: true })
  settledAt!: Date | null;

  /** Why it was rejected. */
  @Column({ name: 'settlement_reason', type: 'text', nullable: true })
  settlementReason!: string | null;

  /** @throws SEPARATION_OF_DUTIES when the requester names themselves */
  static request(
    asked: Pick<
      DecisionCorrection,
      'decisionId' | 'caseId' | 'ofDecisionVersion' | 'change' | 'reasoningText' | 'reason' | 'ticketRef' | 'approvedBy'
    >,
    by: string,
    at: Date,
  ): DecisionCorrection {
    requireAnother(asked.approvedBy, by);
    return Object.assign(new DecisionCorrection(), {
      ...asked,
      correctionId: newId('cor'),
      version: 1,
      status: 'AWAITING_APPROVAL',
      requestedBy: by,
      requestedAt: at,
      expiresAt: new Date(at.getTime() + FOURTEEN_DAYS),
      settledBy: null,
      settledAt: null,
      settlementReason: null,
    });
  }

  /** Nobody need do anything for it to expire: it is past its time, or it is not. */
  statusAt(at: Date): CorrectionStatus | 'EXPIRED' {
    return this.status === 'AWAITING_APPROVAL' && at >= this.expiresAt ? 'EXPIRED' : this.status;
  }

  /**
   * @param present the decision's version now
   * @throws as `requireOpen`; CORRECTION_OF_ANOTHER_AUTHORITY; CORRECTION_OUTDATED
   */
  approve(by: string, present: number | null, at: Date): void {
    this.requireOpen(at);
    this.requireNamed(by);
    if (present !== this.ofDecisionVersion) throw refuseDecision.CORRECTION_OUTDATED('Request it anew.');
    this.settle('APPROVED', by, at);
  }

  /** @throws as `requireOpen`; CORRECTION_OF_ANOTHER_AUTHORITY */
  reject(by: string, reason: string, at: Date): void {
    this.requireOpen(at);
    this.requireNamed(by);
    this.settle('REJECTED', by, at);
    this.settlementReason = reason;
  }

  /** @throws as `requireOpen`; CORRECTION_OF_ANOTHER_OFFICER */
  withdraw(by: string, at: Date): void {
    this.requireOpen(at);
    if (by !== this.requestedBy) throw refuseDecision.CORRECTION_OF_ANOTHER_OFFICER();
    this.settle('WITHDRAWN', by, at);
  }

  /**
   * By the requester, who chose the authority named so far; it expires when it would have.
   * @throws as `requireOpen`; CORRECTION_OF_ANOTHER_OFFICER; SEPARATION_OF_DUTIES
   */
  handOver(to: string, by: string, at: Date): void {
    this.requireOpen(at);
    if (by !== this.requestedBy) throw refuseDecision.CORRECTION_OF_ANOTHER_OFFICER();
    requireAnother(to, this.requestedBy);
    this.approvedBy = to;
    this.version += 1;
  }

  private settle(status: SettledStatus, by: string, at: Date): void {
    Object.assign(this, { status, settledBy: by, settledAt: at });
    this.version += 1;
  }

  /** @throws CORRECTION_SETTLED; CORRECTION_EXPIRED */
  private requireOpen(at: Date): void {
    const status = this.statusAt(at);
    if (status === 'EXPIRED') throw refuseDecision.CORRECTION_EXPIRED();
    if (status !== 'AWAITING_APPROVAL')
      throw refuseDecision.CORRECTION_SETTLED(undefined, { correctionStatus: status });
  }

  private requireNamed(by: string): void {
    if (by === this.requestedBy) throw refuseDecision.SEPARATION_OF_DUTIES('You requested this correction.');
    if (by !== this.approvedBy) throw refuseDecision.CORRECTION_OF_ANOTHER_AUTHORITY();
  }
}

function requireAnother(approver: string, requester: string): void {
  if (approver === requester) throw refuseDecision.SEPARATION_OF_DUTIES('approvedBy must name another person.');
}
