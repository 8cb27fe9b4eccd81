import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { anApplication, type OwnRemit } from '../support/remit.js';
import { answersTo, differencesIn, stepsOf, type Answers } from './tour.js';

const README = readFileSync('README.md', 'utf8');
const TOUR = 'A first case';

/** The answers of one run of the tour, compared with the README as it is, and with READMEs that are wrong. */
describe("the README's tour, on a new installation and in an empty folder", () => {
  let remit: OwnRemit;
  let answers: Answers;
  const steps = stepsOf(README, TOUR);
  beforeAll(async () => {
    remit = await anApplication();
    answers = await answersTo(steps, remit.baseUrl);
  });
  afterAll(() => remit.stop());

  it('prints after each shell block exactly the answer that the README prints below it', () => {
    expect(answers.errors).toBe('');
    expect(differencesIn(steps, answers.printed)).toEqual([]);
    expect(answers.printed).toHaveLength(steps.length);
  });

  it('consists of every shell block of its section, most of them with an answer', () => {
    const [, section = ''] = README.split(`## ${TOUR}`);
    const [tour = ''] = section.split('\n## ');
    expect(steps).toHaveLength(tour.split('```sh\n').length - 1);
    expect(steps.filter(({ printed }) => printed !== '').length).toBeGreaterThan(steps.length / 2);
  });

  it.each([
    ['another status', '"status": "REGISTERED"', '"status": "CLOSED"'],
    ['another count in a case number', 'WAT-2026-000001', 'WAT-2026-000007'],
    ['another checksum of the content', /^[0-9a-f]{8}(?=[0-9a-f]{56}$)/m, '00000000'],
    ['an id with another prefix', '"partyId": "pty_', '"partyId": "case_'],
    ['an id of the same kind that stands for something else', /(?<="waitForEventId": "evt_)\w{26}/, '0'.repeat(26)],
    ['a field that no answer has', '"role": "SUBJECT",', '"role": "SUBJECT", "assigneeId": null,'],
    ['another line of text', 'the same photograph', 'another photograph'],
    ['no answer where one is given', 'REGISTER_CASE\n', ''],
  ])('would be refused for printing %s', (_, right, wrong) => {
    const wrongly = steps.map((step) => ({ ...step, printed: step.printed.replace(right, wrong) }));
    const changed = wrongly.filter(({ printed }, index) => printed !== steps[index]?.printed);
    const refused = differencesIn(wrongly, answers.printed).map(({ commands }) => commands);
    expect(changed).not.toEqual([]);
    expect(refused).toEqual(expect.arrayContaining(changed.map(({ commands }) => commands)));
  });

  it('would be refused if it sent a file that nobody has', async () => {
    const without = stepsOf(README.replace(/^printf .* > outfall\.jpg$/m, ''), TOUR);
    const upload = without.findIndex(({ commands }) => commands.includes('-T outfall.jpg'));
    // Another key: this one was answered in the first run.
    const tour = without
      .slice(0, upload + 1)
      .map((step) => ({ ...step, commands: step.commands.replace('my-first-case', 'another-case') }));
    const { printed, errors } = await answersTo(tour, remit.baseUrl);
    expect(errors).not.toBe('');
    expect(differencesIn(tour, printed).at(-1)).toMatchObject({ commands: tour[upload]?.commands, answered: '' });
  });
});
