import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { between } from './random.js';
import type { Command, Given } from './ledger.js';

type Draft = Pick<Command, 'kind' | 'schema' | 'method' | 'path' | 'body'> & { ifMatch?: string | null };

interface Row {
  respondent_name: string;
  municipality: string;
  narrative: string;
}

const SAMPLES = parse<Row>(readFileSync('test/support/samples/enforcement-actions.csv'), { columns: true });
const CASE_TYPES = ['ENV', 'AIR', 'WAT', 'WASTE', 'GEN'];
const ROLES = ['COMPLAINANT', 'WITNESS', 'REPRESENTATIVE'];

interface Known {
  id: string;
  etag: string | null;
}

/**
 * What one caller does next, on aggregates that nobody else changes: registers, amends, adds, links, notes. An
 * aggregate whose state is not known any more is left alone.
 */
export class Caller {
  private party: Known | undefined;
  private ownCase: Known | undefined;
  private readonly linkable: string[] = [];
  private readonly parties: string[] = [];

  constructor(
    private readonly random: () => number,
    /** Registers parties and nothing else. */
    private readonly partiesOnly: boolean,
  ) {}

  next(): Draft {
    const row = this.sample();
    const { party, ownCase } = this;
    if (!party || this.partiesOnly)
      return this.of('register party', 'party', 'POST', '/parties', {
        kind: 'ORGANISATION',
        legalName: row.respondent_name || 'Unnamed works',
      });
    const chance = this.random();
    if (!ownCase || chance < 0.3) return this.registerCase(row, party);
    const path = `/cases/${ownCase.id}`;
    const title = `Visit to ${row.municipality || 'the site'}, ${between(this.random, 1, 999)}`;
    if (chance < 0.5)
      return { ...this.of('amend case', 'case_registry', 'PATCH', path, { title }), ifMatch: ownCase.etag };
    if (chance < 0.6)
      return this.of('note', 'case_registry', 'POST', `${path}/notes`, { text: row.narrative || title });
    if (chance < 0.7)
      return {
        ...this.of('change party', 'party', 'PATCH', `/parties/${party.id}/profile`, { legalName: title }),
        ifMatch: party.etag,
      };
    // A version that was never there: certain to be refused, and to have no effect.
    if (chance < 0.75) return { ...this.of('amend case', 'case_registry', 'PATCH', path, { title }), ifMatch: '"999"' };
    const linkedCaseId = this.linkable.pop();
    if (linkedCaseId && chance < 0.85)
      return this.of('link', 'case_registry', 'POST', `${path}/links`, { linkedCaseId, relation: 'RELATED' });
    const partyId = this.parties.pop();
    if (!partyId) return this.of('register party', 'party', 'POST', '/parties', { kind: 'PERSON', legalName: title });
    const role = ROLES[between(this.random, 0, ROLES.length - 1)];
    return {
      ...this.of('add party', 'case_registry', 'POST', `${path}/parties`, { partyId, role }),
      ifMatch: ownCase.etag,
    };
  }

  /** Learns what an acknowledged command has changed. */
  took({ kind }: Draft, given: Given): void {
    const ids = JSON.parse(given.text) as { partyId?: string; caseId?: string };
    if (kind === 'register party' && ids.partyId) {
      if (this.party) this.parties.push(this.party.id);
      this.party = { id: ids.partyId, etag: given.etag };
    }
    if (kind === 'change party' && this.party) this.party.etag = given.etag;
    if (kind === 'register case' && ids.caseId) {
      if (this.ownCase) this.linkable.push(this.ownCase.id);
      this.ownCase = { id: ids.caseId, etag: given.etag };
    }
    if (['amend case', 'add party'].includes(kind) && this.ownCase) this.ownCase.etag = given.etag;
  }

  /** What the command was about is in an unknown state. */
  lost({ kind }: Draft): void {
    if (kind === 'change party') this.party = undefined;
    if (['amend case', 'add party', 'link'].includes(kind)) this.ownCase = undefined;
  }

  private registerCase(row: Row, party: Known): Draft {
    return this.of('register case', 'case_registry', 'POST', '/cases', {
      caseTypeCode: CASE_TYPES[between(this.random, 0, CASE_TYPES.length - 1)],
      ...(row.narrative && { summary: row.narrative }),
      ...(row.municipality && { location: row.municipality }),
      parties: [{ partyId: party.id, role: 'SUBJECT' }],
    });
  }

  private of(kind: string, schema: string, method: string, path: string, body: object): Draft {
    return { kind, schema, method, path, body };
  }

  private sample(): Row {
    const row = SAMPLES[between(this.random, 0, SAMPLES.length - 1)];
    if (!row) throw new Error('There are no samples.');
    return row;
  }
}
