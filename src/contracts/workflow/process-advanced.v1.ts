import { IsOptional, Matches } from 'class-validator';
import { idOf } from '../shared/values.js';
import { PROCESS_STATE, type ProcessState } from './process-state.js';

/** What the process of a case waits for has changed. */
export class ProcessAdvanced {
  static readonly type = 'ProcessAdvanced';
  static readonly version = 1;

  @Matches(idOf('case'))
  caseId!: string;

  @Matches(idOf('wf'))
  processInstanceId!: string;

  /** Null when the process starts. */
  @IsOptional()
  @Matches(PROCESS_STATE)
  fromState!: ProcessState | null;

  @Matches(PROCESS_STATE)
  toState!: ProcessState;
}
