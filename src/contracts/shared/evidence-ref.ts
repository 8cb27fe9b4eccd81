import { IsInt, Matches, Min } from 'class-validator';
import { idOf } from './values.js';

/** One version of the contents of an item of evidence. Versions never change. */
export class EvidenceRef {
  @Matches(idOf('ev'))
  evidenceId!: string;

  @IsInt()
  @Min(1)
  evidenceVersion!: number;
}

/** As audit records and refusals name it: `ev_…@v<n>`. */
export const nameOfRef = ({ evidenceId, evidenceVersion }: EvidenceRef): string => `${evidenceId}@v${evidenceVersion}`;
