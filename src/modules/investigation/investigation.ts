import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Recommendation } from '../../contracts/investigation/values.js';
import { newId } from '../../platform/base/ids.js';
import { refuseInvestigation } from './investigation.errors.js';

export type InvestigationStatus = 'OPEN' | 'SUBMITTED' | 'COMPLETED';

/** What is done about one case in one epoch. Its findings are frozen when they are submitted. */
@Entity({ name: 'investigation' })
export class Investigation {
  @PrimaryColumn({ name: 'investigation_id', type: 'text' })
  investigationId!: string;

  @Column({ type: 'integer' })
  version!: number;

  @Column({ name: 'case_id', type: 'text' })
  caseId!: string;

  @Column({ type: 'integer' })
  epoch!: number;

  @Column({ type: 'text' })
  status!: InvestigationStatus;

  @Column({ type: 'text', nullable: true })
  recommendation!: Recommendation | null;

  @Column({ name: 'opened_at', type: 'timestamptz' })
  openedAt!: Date;

  @Column({ name: 'submitted_at', type: 'timestamptz', nullable: true })
  submittedAt!: Date | null;

  @Column({ name: 'submitted_by', type: 'text', nullable: true })
  submittedBy!: string | null;

  @Column({ name: 'completed_at', type: 'timestamptz', nullable: true })
  completedAt!: Date | null;

  static open({ caseId, epoch, at }: { caseId: string; epoch: number; at: Date }): Investigation {
    return Object.assign(new Investigation(), {
      investigationId: newId('inv'),
      version: 0,
      caseId,
      epoch,
      status: 'OPEN',
      recommendation: null,
      openedAt: at,
      submittedAt: null,
      submittedBy: null,
      completedAt: null,
    });
  }

  /** For its allegations and findings too, whose changes the commit counts only while it is open. */
  requireOpen(): void {
    if (this.status !== 'OPEN') throw refuseInvestigation.INVESTIGATION_NOT_OPEN();
  }

  /** @throws INVESTIGATION_NOT_OPEN; INVESTIGATION_HAS_NO_FINDINGS where a decision would rest on nothing */
  submit(recommendation: Recommendation, findings: number, { by, at }: { by: string; at: Date }): void {
    this.requireOpen();
    if (recommendation === 'PROCEED_TO_DECISION' && findings === 0)
      throw refuseInvestigation.INVESTIGATION_HAS_NO_FINDINGS('Record a finding, or recommend NO_FURTHER_ACTION.');
    Object.assign(this, { status: 'SUBMITTED', recommendation, submittedAt: at, submittedBy: by });
  }

  complete(at: Date): void {
    Object.assign(this, { status: 'COMPLETED', completedAt: at });
  }
}
