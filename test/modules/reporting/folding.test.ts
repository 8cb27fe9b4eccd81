import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { dossierRecipe } from '../../../src/modules/reporting/case-dossier.projection.js';
import { fold, type Recipe } from '../../../src/modules/reporting/fold.js';
import { worklistRecipe } from '../../../src/modules/reporting/officer-worklist.projection.js';
import { historyCaseRecipe, historyRoleRecipe } from '../../../src/modules/reporting/party-case-history.projection.js';
import { partyRecipe } from '../../../src/modules/reporting/party-names.projection.js';
import type { Provenance } from '../../../src/modules/reporting/provenance.js';
import type { Envelope } from '../../../src/platform/messaging/envelope.js';
import { envelopeOf, type LoggedEvent } from '../../support/log.js';
import { CaseStory, linked, PartyStory } from './samples.js';
import { interleavingOf } from './interleaving.js';

const NOTHING: ReadonlyMap<string, never> = new Map<string, never>();

const only = <Row extends Provenance>(recipe: Recipe<Row>, events: readonly LoggedEvent[]): Row | undefined =>
  fold(recipe, NOTHING, events.map(envelopeOf)).changed.at(-1);

describe('folding events into a dossier', () => {
  it('copies the status that its owner published', () => {
    const [brook, mill] = [new CaseStory(), new PartyStory()];
    mill.registered('Alder Mill Ltd');
    expect(only(dossierRecipe, [brook.registered([{ party: mill }])])).toMatchObject({ status: 'REGISTERED' });
  });

  it('takes an emptied location for what it is, and keeps what an amendment does not tell', () => {
    const brook = new CaseStory();
    const events = [brook.registered([]), brook.amended({ title: 'Odour and noise', location: null })];
    expect(only(dossierRecipe, events)).toMatchObject({
      title: 'Odour and noise',
      location: null,
      case_number: 'ENV-2026-000001',
      received_on: '2026-02-27',
    });
  });

  it('lists parties in the order in which they joined, each role by itself', () => {
    const [brook, mill, tannery] = [new CaseStory(), new PartyStory(), new PartyStory()];
    const events = [
      brook.registered([{ party: mill, version: 1 }]),
      brook.partyAdded({ party: tannery, role: 'WITNESS', version: 4 }),
      brook.partyAdded({ party: mill, role: 'COMPLAINANT', version: 2 }),
      brook.partyRemoved({ party: mill, role: 'SUBJECT' }),
    ];
    expect(only(dossierRecipe, events)?.parties).toEqual([
      { partyId: tannery.partyId, role: 'WITNESS', partyVersionAtRegistration: 4 },
      { partyId: mill.partyId, role: 'COMPLAINANT', partyVersionAtRegistration: 2 },
    ]);
  });

  it('holds a link that comes before the case itself, and is then a dossier of an unknown case', () => {
    const [brook, other] = [new CaseStory(), new CaseStory()];
    expect(only(dossierRecipe, [linked(brook, other)])).toMatchObject({
      case_id: brook.caseId,
      registered_at: null,
      links: [{ linkedCaseId: other.caseId, relation: 'RELATED' }],
    });
  });

  it('remembers a version per source and the youngest event', () => {
    const [brook, other] = [new CaseStory(), new CaseStory()];
    const events = [brook.registered([]), brook.amended({}), linked(brook, other)];
    const [, , link] = events;
    expect(only(dossierRecipe, events)).toMatchObject({
      sources: { [`case_header:${brook.caseId}`]: 2, [`case_link:${link?.aggregateId ?? ''}`]: 1 },
      last_event_id: link?.id,
    });
  });
});

describe('folding events into the other read models', () => {
  it('shows subjects alone in the worklist', () => {
    const [brook, mill, tannery] = [new CaseStory(), new PartyStory(), new PartyStory()];
    const events = [
      brook.registered([{ party: mill }, { party: tannery, role: 'WITNESS' }]),
      brook.partyAdded({ party: tannery }),
      brook.partyRemoved({ party: mill }),
      brook.partyRemoved({ party: tannery, role: 'WITNESS' }),
    ];
    expect(only(worklistRecipe, events)?.subjects).toEqual([tannery.partyId]);
  });

  it('keeps a removed role in the history with its time, and forgets the removal when it is given again', () => {
    const [brook, mill] = [new CaseStory(), new PartyStory()];
    const events = [
      brook.registered([{ party: mill, version: 1 }]),
      { ...brook.partyRemoved({ party: mill }), occurredAt: '2026-03-02T10:00:00.000Z' },
    ];
    expect(only(historyRoleRecipe, events)).toMatchObject({ removed_at: '2026-03-02T10:00:00.000Z' });
    const again = [...events, brook.partyAdded({ party: mill, version: 3 })];
    expect(only(historyRoleRecipe, again)).toMatchObject({ removed_at: null, party_version_at_registration: 3 });
  });

  it('knows a merged party by the survivor, and by itself once unmerged, at its own classification', () => {
    const [mill, tannery] = [new PartyStory(), new PartyStory()];
    const merged = [mill.registered('Alder Mill Ltd', 'RESTRICTED'), mill.mergedInto(tannery, 'Brook Tannery Ltd')];
    expect(only(partyRecipe, merged)).toMatchObject({
      display_name: 'Brook Tannery Ltd',
      merged_into: tannery.partyId,
      classification: 'RESTRICTED',
    });
    const unmerged = [...merged, mill.unmergedFrom(tannery, 'Alder Mill Ltd')];
    expect(only(partyRecipe, unmerged)).toMatchObject({
      display_name: 'Alder Mill Ltd',
      merged_into: null,
      classification: 'RESTRICTED',
    });
  });
});

describe('versions', () => {
  it('ignores and counts what the row already holds', () => {
    const brook = new CaseStory();
    const events = [brook.registered([]), brook.amended({ title: 'Second' }), brook.amended({ title: 'Third' })];
    const envelopes = events.map(envelopeOf);
    const [row] = fold(dossierRecipe, NOTHING, envelopes).changed;
    if (!row) throw new Error('Nothing was folded.');
    const again = fold(dossierRecipe, new Map([[brook.caseId, row]]), envelopes.slice(0, 2));
    expect(again).toEqual({ changed: [], stale: 2 });
  });

  it('applies the new in a batch that begins with what the row already holds', () => {
    const brook = new CaseStory();
    const events = [brook.registered([]), brook.amended({ title: 'Second' }), brook.amended({ title: 'Third' })];
    const envelopes = events.map(envelopeOf);
    const [row] = fold(dossierRecipe, NOTHING, envelopes.slice(0, 2)).changed;
    if (!row) throw new Error('Nothing was folded.');
    const { changed, stale } = fold(dossierRecipe, new Map([[brook.caseId, row]]), envelopes);
    expect({ title: changed[0]?.title, stale }).toEqual({ title: 'Third', stale: 2 });
  });
});

describe('order across aggregates', () => {
  const [brook, weir, mill, tannery] = [new CaseStory(), new CaseStory(), new PartyStory(), new PartyStory()];
  const lanes = [
    [mill.registered('Alder Mill Ltd'), mill.renamed('Alder Mills Ltd'), mill.mergedInto(tannery, 'Brook Tannery')],
    [tannery.registered('Brook Tannery Ltd', 'CONFIDENTIAL'), tannery.renamed('Brook Tannery plc', 'CONFIDENTIAL')],
    [
      brook.registered([{ party: mill, version: 1 }]),
      brook.partyAdded({ party: tannery, role: 'WITNESS', version: 2 }),
      brook.amended({ title: 'Odour and noise' }),
      brook.partyRemoved({ party: mill, version: 1 }),
    ],
    [weir.registered([{ party: tannery, version: 1 }]), weir.amended({ classification: 'RESTRICTED' })],
    [linked(brook, weir)],
    [linked(brook, weir)],
    [linked(weir, brook)],
  ].map((lane) => lane.map(envelopeOf));

  /** Applies in batches of the given size, as delivery would. */
  function rowsAfter<Row extends Provenance>(recipe: Recipe<Row>, events: readonly Envelope[], batch: number): Row[] {
    const rows = new Map<string, Row>();
    for (let at = 0; at < events.length; at += batch)
      for (const row of fold(recipe, rows, events.slice(at, at + batch)).changed) rows.set(recipe.keyOf(row), row);
    return [...rows.values()].sort((a, b) => (recipe.keyOf(a) < recipe.keyOf(b) ? -1 : 1));
  }

  const everything = (events: readonly Envelope[], batch: number): Provenance[][] => {
    const of = (...types: string[]): Envelope[] => events.filter(({ aggregateType }) => types.includes(aggregateType));
    return [
      rowsAfter(dossierRecipe, of('case_header', 'case_link'), batch),
      rowsAfter(worklistRecipe, of('case_header'), batch),
      rowsAfter(historyCaseRecipe, of('case_header'), batch),
      rowsAfter(historyRoleRecipe, of('case_header'), batch),
      rowsAfter(partyRecipe, of('party'), batch),
    ];
  };

  it('makes no difference to any row, however the batches fall', () => {
    const wanted = everything(lanes.flat(), 500);
    fc.assert(
      fc.property(interleavingOf(lanes), fc.integer({ min: 1, max: 8 }), (events, batch) => {
        expect(everything(events, batch)).toEqual(wanted);
      }),
    );
  });
});
