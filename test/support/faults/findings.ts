/** What a check may find wrong. */
export interface Finding {
  kind:
    | 'lost'
    | 'duplicate'
    | 'changed answer'
    | 'unresolved'
    | 'projection behind'
    | 'audit'
    | 'not drained'
    | 'out of order'
    | 'half an effect'
    | 'old epoch'
    | 'stuck';
  what: string;
}

export interface Tally {
  attempts: number;
  acknowledged: number;
  failed: number;
  unknown: number;
  /** Of the unknown, those whose outcome a repeat has shown. */
  resolved: number;
  lost: number;
  duplicates: number;
}

export const tallyOf = (entries: readonly Counted[], findings: readonly Finding[]): Tally => {
  const first = (outcome: string): number =>
    entries.filter((entry) => !entry.resolved && entry.outcome === outcome).length;
  const resolved = entries.filter((entry) => entry.resolved).length;
  const found = (kind: Finding['kind']): number => findings.filter((finding) => finding.kind === kind).length;
  return {
    attempts: entries.length,
    acknowledged: first('acknowledged'),
    failed: first('failed'),
    unknown: first('unknown') + resolved,
    resolved,
    lost: found('lost'),
    duplicates: found('duplicate'),
  };
};

interface Counted {
  outcome: string;
  resolved: boolean;
}
