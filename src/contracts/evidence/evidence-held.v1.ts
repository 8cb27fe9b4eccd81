import { IsBoolean, Matches } from 'class-validator';
import { idOf } from '../shared/values.js';

/** A legal hold was put on the item, or lifted. */
export class EvidenceHeld {
  static readonly type = 'EvidenceHeld';
  static readonly version = 1;

  @Matches(idOf('case'))
  caseId!: string;

  @Matches(idOf('ev'))
  evidenceId!: string;

  @IsBoolean()
  held!: boolean;
}
