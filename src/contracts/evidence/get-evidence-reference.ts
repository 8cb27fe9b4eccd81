import {
  ArrayMaxSize,
  ArrayNotEmpty,
  IsArray,
  IsIn,
  IsInt,
  IsOptional,
  Matches,
  Min,
  ValidateNested,
} from 'class-validator';
import { Type } from 'class-transformer';
import { CLASSIFICATIONS, idOf, type Classification } from '../shared/values.js';

/** One version of an item of evidence as its owner knows it. */
export class EvidenceReference {
  @Matches(idOf('ev'))
  evidenceId!: string;

  @IsInt()
  evidenceVersion!: number;

  @Matches(idOf('case'))
  caseId!: string;

  @IsIn(CLASSIFICATIONS)
  classification!: Classification;

  @Matches(/^[0-9a-f]{64}$/)
  checksumSha256!: string;
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
  static readonly answer = { each: EvidenceReference };
  declare readonly _answer?: EvidenceReference[];

  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(REFERENCES_AT_ONCE)
  @ValidateNested({ each: true })
  @Type(() => WantedEvidence)
  references!: WantedEvidence[];
}
