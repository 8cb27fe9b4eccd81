/** The catalogue of case types that an import may name. */
export const CASE_TYPE_CODES = ['ENV', 'AIR', 'WAT', 'WASTE', 'GEN'] as const;
export type CaseTypeCode = (typeof CASE_TYPE_CODES)[number];

export const PARTY_KINDS = ['ORGANISATION', 'PERSON'] as const;
export type PartyKind = (typeof PARTY_KINDS)[number];

export interface CaseTypeRule {
  /** Tested against the cell, whatever its case. */
  matches: RegExp;
  caseTypeCode: CaseTypeCode;
  /** What the title says in place of the cell's own words. */
  label: string;
}

export interface LegalBasisRule {
  /** Tested against the cell, whatever its case. */
  matches: RegExp;
  legalBasisCode: string;
}

/** A mapping file, checked: how a row of one kind of CSV file becomes commands. */
export interface Mapping {
  name: string;
  /** The header row, in any order and with nothing else in it. */
  columns: readonly string[];
  /** Columns that together name a row for good; without them its reference is a digest of all its fields. */
  key?: readonly string[];
  party: { kind: PartyKind; legalName: string };
  case: {
    /** The first rule that fits decides the type; the title names the label of every rule that fits. */
    caseTypeCode: { column: string; rules: readonly CaseTypeRule[]; otherwise: CaseTypeCode };
    /** Parts between ', ' with `{column}` in them; a part whose column is empty is left out. */
    title: string;
    receivedOn: string;
    summary?: string;
    location?: { column: string; separator: string };
  };
  /** Recorded in the case's investigation, against the row's party; without it, a row alleges nothing. */
  allegation?: {
    /** Its text goes to Investigation alone; a row without it alleges nothing. */
    statement: string;
    /** The first rule that fits decides. The codes travel in events, so they are the mapping's and never a cell's. */
    legalBasisCode: { column: string; rules: readonly LegalBasisRule[]; otherwise: string };
  };
  /** Columns with a closed list of values, each with the words that a title uses for it. */
  values: Readonly<Record<string, Readonly<Record<string, string>>>>;
  penaltyUsd?: string;
}

/** The columns that a title template names. */
export const titleColumns = (template: string): string[] =>
  [...template.matchAll(/\{([^{}]*)\}/g)].map(([, column = '']) => column);
