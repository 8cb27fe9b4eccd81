import { ArrayMaxSize, ArrayNotEmpty, IsArray, IsInt, IsOptional, Matches, Min, ValidateNested } from 'class-validator';
import { Type } from 'class-transformer';
import { idOf, type Classification } from '../shared/values.js';

/** One version of an item of evidence as its owner knows it. */
export interface EvidenceReference {
  evidenceId: string;
  evidenceVersion: number;
  caseId: string;
  classification: Classification;
  checksumSha256: string;
}

export class WantedEvidence {
  @Matches(idOf('ev'))
  evidenceId!: string;

  /** The newest unless given. */
  @IsOptional()
  @IsInt()
  @Min(1)
  evidenceVersion?: number | undefined;
}

export const REFERENCES_AT_ONCE = 200;

/** Asks Evidence for items by id. What is unknown, or has no content of that version, is left out of the answer. */
export class GetEvidenceReference {
  static readonly type = 'GetEvidenceReference';
  declare readonly _answer?: EvidenceReference[];

  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(REFERENCES_AT_ONCE)
  @ValidateNested({ each: true })
  @Type(() => WantedEvidence)
  references!: WantedEvidence[];
}
