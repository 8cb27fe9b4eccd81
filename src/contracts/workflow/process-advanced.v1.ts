import { IsIn, IsOptional, Matches } from 'class-validator';
import { idOf } from '../shared/values.js';
import { PROCESS_STATES, type ProcessState } from './process-state.js';

/** What the process of a case waits for has changed. */
export class ProcessAdvanced {
  static readonly type = 'ProcessAdvanced';
  static readonly version = 1;

  @Matches(idOf('case'))
  caseId!: string;

  @Matches(idOf('wf'))
  processInstanceId!: string;

  @IsOptional()
  @IsIn(PROCESS_STATES)
  fromState!: ProcessState | null;

  @IsIn(PROCESS_STATES)
  toState!: ProcessState;
}
