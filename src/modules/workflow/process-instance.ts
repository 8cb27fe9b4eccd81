import { isDeepStrictEqual } from 'node:util';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ProcessState } from '../../contracts/workflow/process-state.js';
import type { Envelope } from '../../platform/messaging/envelope.js';
import { newId } from '../../platform/base/ids.js';
import { observe, stateOf, type ObservedFacts } from './observed-facts.js';

/** The process of one case: what it has seen, and what it waits for. Never another module's status. */
@Entity({ name: 'process_instance' })
export class ProcessInstance {
  @PrimaryColumn({ name: 'process_instance_id', type: 'text' })
  processInstanceId!: string;

  @Column({ type: 'integer' })
  version!: number;

  /** Facts that do not change the state are published by no event, and are not to be lost beside one that does. */
  @Column({ type: 'integer' })
  revision!: number;

  @Column({ name: 'case_id', type: 'text' })
  caseId!: string;

  @Column({ type: 'integer' })
  epoch!: number;

  @Column({ name: 'current_state', type: 'text' })
  currentState!: ProcessState;

  @Column({ name: 'observed_facts', type: 'jsonb' })
  observedFacts!: ObservedFacts;

  @Column({ name: 'started_at', type: 'timestamptz' })
  startedAt!: Date;

  static start(caseId: string, at: Date): ProcessInstance {
    return Object.assign(new ProcessInstance(), {
      processInstanceId: newId('wf'),
      version: 0,
      revision: 0,
      caseId,
      epoch: 1,
      currentState: stateOf({}),
      observedFacts: {},
      startedAt: at,
    });
  }

  /** @returns whether the event says anything new */
  observe(event: Envelope): boolean {
    const facts = observe(this.observedFacts, event);
    if (isDeepStrictEqual(facts, this.observedFacts)) return false;
    this.observedFacts = facts;
    this.currentState = stateOf(facts);
    return true;
  }
}
