import { createReadStream } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { type MappedRow, mapRow, type RefusedRow } from '../../../src/modules/intake/map-row.js';
import { loadMappings, type Mapping } from '../../../src/modules/intake/mapping.js';
import { readRows } from '../../../src/modules/intake/read-rows.js';

const TODAY = '2016-01-01';
const FIELDS = {
  action_date: '2015-03-02',
  respondent_name: 'Quillfeather Plating, Inc.',
  programme: 'Hazardous Waste Management',
  municipality: 'Larkmere',
  action_type: 'CONSENT_ORDER',
  penalty_usd: '4250.00',
  narrative: 'Drums without labels.',
};

let mapping: Mapping;
beforeAll(async () => {
  [mapping] = (await loadMappings()) as [Mapping];
});

const outcome = (change: Partial<typeof FIELDS> = {}, by = mapping): MappedRow | RefusedRow =>
  mapRow(by, { ...FIELDS, ...change }, TODAY);
const mapped = (change: Partial<typeof FIELDS> = {}, by = mapping): MappedRow => {
  const row = outcome(change, by);
  if ('refused' in row) throw new Error(JSON.stringify(row.refused));
  return row;
};
const refusals = (change: Partial<typeof FIELDS>, by = mapping): string[] => {
  const row = outcome(change, by);
  return 'refused' in row ? row.refused.map(({ name, code }) => `${name} ${code}`) : [];
};

describe('A row', () => {
  it('becomes a party, a case and a penalty', () => {
    expect(mapped()).toEqual({
      reference: mapped().reference,
      party: { kind: 'ORGANISATION', legalName: 'Quillfeather Plating, Inc.' },
      partyKey: 'QUILLFEATHERPLATINGINCORPORATED',
      case: {
        caseTypeCode: 'WASTE',
        title: 'Consent order, Hazardous Waste, Larkmere',
        receivedOn: '2015-03-02',
        summary: 'Drums without labels.',
        location: 'Larkmere',
      },
      allegation: { statement: 'Drums without labels.', legalBasisCode: 'MGL-21C' },
      penaltyUsd: '4250.00',
    });
  });

  it('without a key is referred to by a digest', () => {
    expect(mapped().reference).toMatch(/^sha256:[0-9a-f]{64}$/);
  });

  it('may lack a programme, a place, a penalty and a narrative', () => {
    const row = mapped({ programme: '', municipality: '', penalty_usd: '', narrative: ' ' });
    expect(row.case).toEqual({ caseTypeCode: 'ENV', title: 'Consent order', receivedOn: '2015-03-02' });
    expect([row.penaltyUsd, row.allegation]).toEqual([undefined, undefined]);
  });

  it.each([
    ['Asbestos', 'AIR'],
    ['Air Quality and Solid Waste', 'AIR'],
    ['Bus-Idling', 'AIR'],
    ['MCP', 'WASTE'],
    ['Waste-Ban', 'WASTE'],
    ['Industrial Wastewater', 'WAT'],
    ['Industrial Waste Water', 'WAT'],
    ['Waste Supply', 'WAT'],
    ['Ground Water Discharge', 'WAT'],
    ['Wetlands', 'WAT'],
    ['Environmental Results Program', 'ENV'],
  ])('of the programme %s is a case of type %s', (programme, caseTypeCode) => {
    expect(mapped({ programme }).case.caseTypeCode).toBe(caseTypeCode);
  });

  it.each([
    ['Asbestos', 'MGL-111-142A'],
    ['Air Quality and Hazardous Waste', 'MGL-111-142A'],
    ['Waste Site Cleanup and', 'MGL-21E'],
    ['Hazardous Waste Management, Solid Waste and Wetlands', 'MGL-21C'],
    ['Underground Storage Tank', 'MGL-21O'],
    ['Waste-Ban', 'MGL-111-150A'],
    ['Water Supply and Water Pollution Control', 'MGL-111-160'],
    ['Industrial Waste Water', 'MGL-21-43'],
    ['Groundwater Discharge', 'MGL-21-43'],
    ['Water Management Act', 'MGL-21G'],
    ['Wetlands', 'MGL-131-40'],
    ['Waterways', 'MGL-91'],
    ['', 'MGL-21A-16'],
  ])('of the programme %j alleges a breach of %s', (programme, legalBasisCode) => {
    expect(mapped({ programme }).allegation?.legalBasisCode).toBe(legalBasisCode);
  });

  it('alleges nothing by a mapping that does not say what', () => {
    const { allegation: _, ...silent } = mapping;
    expect(mapped({}, silent)).not.toHaveProperty('allegation');
  });

  it('has its spaces put right, and its narrative kept line by line', () => {
    const row = mapped({ respondent_name: ' Quillfeather  Plating\n Inc. ', narrative: 'one\r\ntwo\n' });
    expect(row.party.legalName).toBe('Quillfeather Plating Inc.');
    expect(row.case.summary).toBe('one\ntwo');
  });
});

describe('The title of a case', () => {
  it('names every programme and place that the row names', () => {
    const row = mapped({ programme: 'Hazardous Waste and Air Quality', municipality: 'Larkmere;Tarnside; Fenwick' });
    expect(row.case.title).toBe('Consent order, Air Quality and Hazardous Waste, Larkmere, Tarnside and Fenwick');
    expect(row.case.location).toBe('Larkmere; Tarnside; Fenwick');
  });

  it('takes no words from the programme that the mapping does not list', () => {
    expect(mapped({ programme: 'Asbestos at the house of Ada Example' }).case.title).toBe(
      'Consent order, Asbestos, Larkmere',
    );
  });

  it('holds neither the party, even where it is written as the place, nor what is no place', () => {
    const municipality = 'Quillfeather Plating Inc.; 12 Mill Lane (rear); Larkmere';
    expect(mapped({ municipality }).case.title).toBe('Consent order, Hazardous Waste, Larkmere');
  });
});

describe('A row is refused when', () => {
  it.each([
    ['the respondent is missing', { respondent_name: ' ' }, 'respondent_name REQUIRED'],
    ['the respondent has no letter', { respondent_name: '--' }, 'respondent_name REQUIRED'],
    ['the respondent is a paragraph', { respondent_name: 'Tarn '.repeat(101) }, 'respondent_name TOO_LONG'],
    ['the respondent is a word for nobody', { respondent_name: 'Unknown' }, 'respondent_name PLACEHOLDER'],
    ['the date is missing', { action_date: '' }, 'action_date REQUIRED'],
    ['the date is written otherwise', { action_date: '03/02/2015' }, 'action_date NOT_A_DATE'],
    ['the date holds a time', { action_date: '2015-03-02T00:00' }, 'action_date NOT_A_DATE'],
    ['there is no such day', { action_date: '2015-02-29' }, 'action_date NOT_A_DATE'],
    ['there is no such month', { action_date: '2015-13-01' }, 'action_date NOT_A_DATE'],
    ['the date is tomorrow', { action_date: '2016-01-02' }, 'action_date DATE_OUT_OF_RANGE'],
    ['the year lost a digit to its front', { action_date: '0215-03-02' }, 'action_date DATE_OUT_OF_RANGE'],
    ['the kind of action is missing', { action_type: '' }, 'action_type REQUIRED'],
    ['the kind of action is not listed', { action_type: 'STERN_LETTER' }, 'action_type UNKNOWN_VALUE'],
    ['the kind of action is a word of the language', { action_type: 'constructor' }, 'action_type UNKNOWN_VALUE'],
    ['the penalty is in words', { penalty_usd: 'about 2,000' }, 'penalty_usd NOT_AN_AMOUNT'],
    ['the penalty is below nothing', { penalty_usd: '-5' }, 'penalty_usd NOT_AN_AMOUNT'],
    ['the penalty has a third decimal', { penalty_usd: '1.005' }, 'penalty_usd NOT_AN_AMOUNT'],
    ['the thousands of the penalty are parted wrongly', { penalty_usd: '12,34' }, 'penalty_usd NOT_AN_AMOUNT'],
  ])('%s', (_, change, refusal) => {
    expect(refusals(change)).toEqual([refusal]);
  });

  it('but not when only the narrative is long', () => {
    expect(refusals({ narrative: 'Tarn '.repeat(1000) })).toEqual([]);
  });

  it('but not when the date is today or a leap day', () => {
    expect(refusals({ action_date: TODAY })).toEqual([]);
    expect(refusals({ action_date: '2012-02-29' })).toEqual([]);
  });

  it('anything is wrong, and then all of it is listed', () => {
    const change = { action_date: 'soon', respondent_name: '', action_type: 'X', penalty_usd: 'much' };
    expect(refusals(change).map((refusal) => refusal.split(' ')[0])).toEqual([
      'respondent_name',
      'action_date',
      'action_type',
      'penalty_usd',
    ]);
  });

  it('a cell is wrong, and the reason names the allowed values but does not repeat the cell', () => {
    const text = JSON.stringify(outcome({ action_type: 'Ada Example poured solvent', penalty_usd: 'Ada Example' }));
    expect(text).toContain('Write one of CONSENT_ORDER, UNILATERAL_ORDER');
    expect(text).not.toContain('Ada Example');
  });

  it('a column of its key is empty', () => {
    const keyed = { ...mapping, key: ['narrative', 'action_date'] };
    expect(refusals({ narrative: '', action_date: '' }, keyed)).toEqual(['action_date REQUIRED', 'narrative REQUIRED']);
  });
});

describe('A penalty', () => {
  it.each([
    ['30000', '30000.00'],
    ['1,750.5', '1750.50'],
    ['$ 1,234,567.89', '1234567.89'],
    ['0.00', '0.00'],
    ['007', '7.00'],
    ['9007199254740.99', '9007199254740.99'],
  ])('of %s is kept to the cent as %s', (penalty_usd, kept) => {
    expect(mapped({ penalty_usd }).penaltyUsd).toBe(kept);
  });
});

describe('The reference of a row', () => {
  it('stays when the columns come in another order or a spreadsheet saved the file again', () => {
    const turned = Object.fromEntries(Object.entries({ ...FIELDS, narrative: 'a\r\nb\u0065\u0301 ' }).reverse());
    const row = mapRow(mapping, turned, TODAY);
    expect(row).toMatchObject({ reference: mapped({ narrative: 'a\nb\u00e9' }).reference });
  });

  it('stays when the mapping lists its columns in another order', () => {
    const turned = { ...mapping, columns: [...mapping.columns].reverse() };
    expect(mapped({}, turned).reference).toBe(mapped().reference);
  });

  it.each(Object.keys(FIELDS))('changes with the column %s', (column) => {
    const other = { action_date: '2015-03-03', action_type: 'ORDER', penalty_usd: '1.00' }[column] ?? 'Else';
    expect(mapped({ [column]: other }).reference).not.toBe(mapped().reference);
  });

  it('is the key where the mapping has one, and cannot be the same for other values', () => {
    const keyed = { ...mapping, key: ['municipality', 'narrative'] };
    expect(mapped({}, keyed).reference).toBe('massdep-enforcement-actions:Larkmere/Drums without labels.');
    expect(mapped({ municipality: 'a/b', narrative: 'c' }, keyed).reference).not.toBe(
      mapped({ municipality: 'a', narrative: 'b/c' }, keyed).reference,
    );
  });
});

describe('The key of a party', () => {
  it('is shared by rows of one organisation, but not by people of one name', () => {
    const people: Mapping = { ...mapping, party: { ...mapping.party, kind: 'PERSON' } };
    const [one, other] = [{ respondent_name: 'Ada Example' }, { respondent_name: 'Ada Example', narrative: 'Else' }];
    expect(mapped(one).partyKey).toBe(mapped(other).partyKey);
    expect(mapped(one, people).partyKey).not.toBe(mapped(other, people).partyKey);
    expect(mapped(one, people).partyKey).toBe(mapped(one, people).partyKey);
  });
});

describe('The sample file', () => {
  it('gives eight cases of five organisations and four rows refused with why', async () => {
    const file = await readRows(
      createReadStream(new URL('../../support/samples/enforcement-actions.csv', import.meta.url)),
    );
    const parties = new Set<string>();
    const refused: Record<number, string[]> = {};
    for await (const row of file.rows) {
      const result = 'fields' in row ? mapRow(mapping, row.fields, TODAY) : row;
      if ('refused' in result) refused[row.rowNumber] = result.refused.map(({ code }) => code);
      else parties.add(result.partyKey);
    }
    expect(parties.size).toBe(5);
    expect(refused).toEqual({
      7: ['REQUIRED'],
      8: ['NOT_A_DATE'],
      9: ['NOT_AN_AMOUNT'],
      12: ['PLACEHOLDER', 'NOT_A_DATE', 'UNKNOWN_VALUE', 'NOT_AN_AMOUNT'],
    });
  });
});
