import { describe, expect, it } from '@jest/globals';
import { planImport, type PlannedRow } from '../../../src/modules/intake/plan-import.js';

const HEADER = 'action_date,respondent_name,programme,municipality,action_type,penalty_usd,narrative';
const row = (name: string, place = '', narrative = 'n'): string =>
  `2015-03-02,${name},Air Quality,${place},ORDER,,${narrative}`;

const plan = async (lines: string[], mappingText?: string): Promise<PlannedRow[]> =>
  (await planImport(Buffer.from(lines.join('\n')), { today: '2016-01-01', mappingText })).rows;

const codesOf = (planned: PlannedRow | undefined): string[] =>
  planned && 'refused' in planned ? planned.refused.map(({ name, code }) => `${name} ${code}`) : [];

const mappingWith = (change: string): string => `
name: letters
columns: [id, firm, day, kind]
${change}
party: { kind: ORGANISATION, legalName: firm }
`;

const KEYED = mappingWith(`key: [id]
case:
  receivedOn: day
  title: Letter
  caseTypeCode: { column: kind, rules: [], otherwise: GEN }`);

describe('A plan', () => {
  it('says of every row what it tells the owners', async () => {
    const [first] = await plan([HEADER, row('Alder Mill Ltd.', 'Larkmere')]);
    expect(first).toEqual({
      rowNumber: 1,
      line: 2,
      reference: expect.stringMatching(/^sha256:/),
      partyReference: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      commands: {
        party: { kind: 'ORGANISATION', legalName: 'Alder Mill Ltd.' },
        case: {
          caseTypeCode: 'AIR',
          title: 'Order, Air Quality, Larkmere',
          receivedOn: '2015-03-02',
          summary: 'n',
          location: 'Larkmere',
        },
        allegation: { statement: 'n', legalBasisCode: 'MGL-111-142A' },
      },
    });
  });

  it('refers to one organisation alike, however it is spelled, without naming it', async () => {
    const planned = await plan([HEADER, row('Alder Mill Ltd.'), row('The Alder Mill Limited')]);
    const references = planned.map((each) => ('reference' in each ? each.partyReference : ''));
    expect(references[0]).toBe(references[1]);
    expect(references[0]).not.toMatch(/alder/i);
  });

  it('refuses by column what an owner\u2019s contract would refuse', async () => {
    const planned = await plan([
      HEADER,
      row('L'.repeat(301)),
      row('Alder', 'P'.repeat(301)),
      row('Alder', '', 'n'.repeat(20_001)),
    ]);
    expect(planned.map(codesOf)).toEqual([
      ['respondent_name IS_LENGTH'],
      ['municipality IS_LENGTH'],
      ['narrative IS_LENGTH'],
    ]);
  });

  it('refuses by column a statement that Investigation would refuse, though it is no summary of the case', async () => {
    const alleging = `${KEYED.replace('kind]', 'kind, story]')}
allegation:
  statement: story
  legalBasisCode: { column: kind, rules: [], otherwise: '${'L'.repeat(101)}' }`;
    const planned = await plan(
      ['id,firm,day,kind,story', `7,Alder,2015-01-01,x,${'s'.repeat(20_001)}`, '8,Alder,2015-01-01,x,'],
      alleging,
    );
    expect(planned.map(codesOf)).toEqual([['story IS_LENGTH', 'kind IS_LENGTH'], []]);
  });

  it('keeps rows in order, past the number that is planned at a time', async () => {
    const planned = await plan([HEADER, ...Array.from({ length: 450 }, (_, index) => row(`Firm ${index}`))]);
    expect(planned.map(({ rowNumber }) => rowNumber)).toEqual(Array.from({ length: 450 }, (_, index) => index + 1));
    expect(planned.every((each) => 'commands' in each)).toBe(true);
  });

  it('is made by the mapping that came with the file', async () => {
    const [first] = await plan(['id,firm,day,kind', '7,Alder,2015-01-01,x'], KEYED);
    expect(first).toMatchObject({
      reference: 'letters:7',
      commands: { case: { title: 'Letter', caseTypeCode: 'GEN' } },
    });
  });

  it('refers by digest where a key is too long for an index', async () => {
    const [first] = await plan(['id,firm,day,kind', `${'7'.repeat(400)},Alder,2015-01-01,x`], KEYED);
    expect(first).toMatchObject({ reference: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) });
  });

  it('is refused for more rows than are planned in memory', async () => {
    await expect(plan([HEADER, ...Array.from({ length: 100_001 }, () => 'x')])).rejects.toMatchObject({
      errorCode: 'TOO_MANY_ROWS',
    });
  });

  it('is refused when a regular expression of the mapping does not come to an end', async () => {
    const endless = mappingWith(`case:
  receivedOn: day
  title: Letter
  caseTypeCode: { column: kind, otherwise: GEN, rules: [{ matches: '^(a+)+$', caseTypeCode: AIR, label: A }] }`);
    const begun = performance.now();
    await expect(plan(['id,firm,day,kind', `7,Alder,2015-01-01,${'a'.repeat(60)}b`], endless)).rejects.toMatchObject({
      errorCode: 'MAPPING_INVALID',
    });
    expect(performance.now() - begun).toBeLessThan(10_000);
  });
});
