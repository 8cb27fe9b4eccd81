import { isDeepStrictEqual } from 'node:util';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { CaseStatus } from '../../contracts/case-registry/case-lifecycle-changed.v1.js';

/** What others have published about the case in this epoch. Facts only join. */
export interface CaseFacts {
  investigated?: true;
  /** The investigation recommends a decision, or none. */
  submitted?: 'PROCEED_TO_DECISION' | 'NO_FURTHER_ACTION';
  decided?: true;
}

/** By precedence, not a chain of transitions: shuffled events lead to one result. */
export function statusOf({ investigated, submitted, decided }: CaseFacts): CaseStatus {
  if (decided || submitted === 'NO_FURTHER_ACTION') return 'DECIDED';
  if (submitted === 'PROCEED_TO_DECISION') return 'DECISION_PENDING';
  return investigated ? 'UNDER_INVESTIGATION' : 'REGISTERED';
}

/** Where a case stands. Follows facts that others own, and has a version of its own. */
@Entity({ name: 'case_lifecycle' })
export class CaseLifecycle {
  @PrimaryColumn({ name: 'case_id', type: 'text' })
  caseId!: string;

  @Column({ type: 'integer' })
  version!: number;

  /** Facts that do not change the status are published by no event, and are not to be lost beside one that does. */
  @Column({ type: 'integer' })
  revision!: number;

  /** 1 from registration on; one more with each reopening. */
  @Column({ type: 'integer' })
  epoch!: number;

  @Column({ type: 'text' })
  status!: CaseStatus;

  @Column({ name: 'observed_facts', type: 'jsonb' })
  observedFacts!: CaseFacts;

  static begin(caseId: string): CaseLifecycle {
    return Object.assign(new CaseLifecycle(), {
      caseId,
      version: 0,
      revision: 0,
      epoch: 1,
      status: statusOf({}),
      observedFacts: {},
    });
  }

  /** @returns whether the fact is new */
  observe(fact: CaseFacts): boolean {
    const facts = { ...this.observedFacts, ...fact };
    if (isDeepStrictEqual(facts, this.observedFacts)) return false;
    this.observedFacts = facts;
    this.status = statusOf(facts);
    return true;
  }
}
