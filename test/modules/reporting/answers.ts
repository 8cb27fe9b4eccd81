/** What the API answers, as far as the tests look. */
export interface Projection {
  lastEventId: string | null;
  lastEventOccurredAt: string | null;
  projectedAt: string | null;
  lagSeconds: number;
  freshnessStatus: string;
}

export interface ReadParty {
  partyId: string;
  role: string;
  partyNameAtRegistration: string | null;
  partyVersionAtRegistration: number;
  currentPartyName: string | null;
  mergedInto: string | null;
  redacted?: string[];
}

interface Answer<Data> {
  data: Data;
  projection: Projection;
  waitedFor?: string;
  nextCursor?: string | null;
  errorCode?: string;
  detail?: string;
}

export type DossierAnswer = Answer<{
  caseId: string;
  title: string;
  status: string;
  caseVersion: number;
  parties: ReadParty[];
  links: { linkedCaseId: string }[];
}>;

export type WorklistAnswer = Answer<
  {
    caseId: string;
    caseNumber: string;
    caseTypeCode: string;
    subjects: { partyId: string; currentPartyName: string | null; redacted?: string[] }[];
  }[]
>;

export type HistoryAnswer = Answer<{
  partyId: string;
  currentPartyName: string | null;
  mergedInto: string | null;
  cases: { caseId: string; partyId: string; role: string; partyNameAtRegistration: string; removedAt?: string }[];
}>;
