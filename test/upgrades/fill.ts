import { readFileSync } from 'node:fs';
import { CaseJourney, type Answered } from '../journeys/case-journey.js';
import { eventually } from '../support/eventually.js';
import { actionsFile, importFile, sendFile } from '../support/imports.js';
import { investigated } from '../support/investigated.js';
import type { Reply } from '../support/officer.js';
import type { Remit } from '../support/remit.js';

/** A command that was answered under a key, and must be answered the same again. */
export interface FirstAnswer {
  actorId: string;
  path: string;
  key: string;
  body: object;
  status: number;
  etag: string | null;
  location: string | null;
  text: string;
}

export const PAUSED = ['reporting.party-case-history', 'workflow.case-process'];
const DEAD_WITHIN_MS = 300_000;
const sample = (name: string): string => readFileSync(`test/support/samples/${name}`, 'utf8');

/**
 * Leads a running application into a small state in which every aggregate stands in every status, delivery is paused
 * with a backlog, an import is under way and an event is a dead letter.
 * @param refuse lets what follows from a reclassification of this evidence fail until the returned function is called
 * @returns what was answered under keys
 */
export async function fill(
  remit: Remit,
  refuse: (evidenceId: string) => Promise<() => Promise<void>>,
): Promise<FirstAnswer[]> {
  const filling = new Filling(remit);
  await filling.parties();
  await filling.collected(refuse);
  await filling.decided();
  await filling.laidBefore();
  await filling.rejected();
  await filling.drafted();
  await filling.dropped();
  await importFile(remit.as('intake_ines'), sample('one-real-action.csv'));
  await importFile(remit.as('intake_ines'), sample('enforcement-actions.csv'));
  await filling.paused();
  return filling.answered;
}

class Filling {
  readonly answered: FirstAnswer[] = [];
  private mill = '';
  private witness = '';
  private first = '';

  constructor(private readonly remit: Remit) {}

  async parties(): Promise<void> {
    const address = { line1: 'Mill Lane 4', city: 'Larkmere', postalCode: '01234', country: 'US' };
    const register = (more: object): Promise<string> =>
      this.underKey('intake_ines', '/parties', { kind: 'ORGANISATION', ...more }, 'partyId');
    this.mill = await register({ legalName: 'Weir Paper Ltd', registrationNumber: 'LM-1042', address });
    this.witness = await register({ kind: 'PERSON', legalName: 'Ewa Lindqvist' });
    await register({ legalName: 'Kingfisher Holdings Ltd', classification: 'CONFIDENTIAL' });
    const same = await register({ legalName: 'Weir Paper Limited' });
    const on = new CaseJourney(this.remit, '', this.mill);
    await this.change(`/parties/${this.mill}`, 'PATCH', '/profile', { legalName: 'Weir Paper and Board Ltd' });
    const preference = { channel: 'EMAIL', email: 'post@weir-paper.example' };
    await this.change(`/parties/${this.mill}`, 'PUT', '/contact-preference', preference);
    const merge = { intoPartyId: this.mill, reason: 'The same mill.' };
    await on.done(on.command('supervisor_sol', `/parties/${same}`, 'merge', merge));
    const another = await register({ legalName: 'Weir Paper GmbH' });
    await on.done(on.command('supervisor_sol', `/parties/${another}`, 'merge', merge));
    await on.done(on.command('supervisor_sol', `/parties/${another}`, 'unmerge', { reason: 'Another mill.' }));
  }

  /** An investigation that is OPEN: its evidence is granted, held, handed over, and stuck in one consumer. */
  async collected(refuse: (evidenceId: string) => Promise<() => Promise<void>>): Promise<void> {
    const on = await this.registered({ caseTypeCode: 'ENV', title: 'Discharge above the weir', location: 'Larkmere' });
    this.first = on.caseId;
    const path = `/cases/${on.caseId}`;
    await this.change(path, 'PATCH', '', { title: 'Discharge at the weir' });
    await this.change(path, 'POST', '/parties', { partyId: this.witness, role: 'WITNESS' });
    await this.change(path, 'POST', '/parties', { partyId: this.witness, role: 'COMPLAINANT' });
    await this.change(path, 'DELETE', `/parties?partyId=${this.witness}&role=COMPLAINANT`);
    await on.done(on.as('legal_lena').post(`${path}/notes`, { text: 'The mill was told by telephone.' }));
    await this.found(on);
    for (const amended of [`/allegations/${on.allegationId}`, `/findings/${on.findingId}`])
      await this.change(amended, 'PATCH', '', { statement: 'It was so, by day.' }, 'investigator_ivo');
    const item = `/evidence/${on.evidenceId}`;
    await on.upload(Buffer.from('A second photograph.'));
    const expiresAt = new Date(Date.now() + 300 * 86_400_000).toISOString();
    const grant = { granteeId: 'legal_lena', purpose: 'Preparing the hearing', expiresAt };
    await on.done(on.as('custodian_cleo').post(`${item}/access-grants`, grant));
    await on.done(on.command('custodian_cleo', item, 'legal-hold', { held: true, reason: 'A suit is near.' }));
    await on.done(on.command('custodian_cleo', item, 'custody-transfers', { to: 'supervisor_sol' }));
    const over = await refuse(on.evidenceId);
    await on.classify('RESTRICTED', 'It names an informant.');
    await eventually(
      () => on.as('operator_otto').get<{ data: unknown[] }>('/operations/dead-letters'),
      ({ body }) => body.data.length > 0,
      DEAD_WITHIN_MS,
    );
    await on.classify('CONFIDENTIAL', 'The informant has testified in public.');
    await over();
  }

  /** Decided, corrected once and about to be again, and reviewed once and about to be again. */
  async decided(): Promise<void> {
    const on = await this.submitted({ caseTypeCode: 'WAT', title: 'Wetland at the weir' });
    await on.done(on.as('intake_ines').post(`/cases/${this.first}/links`, { linkedCaseId: on.caseId, relation: 'RELATED' })); // prettier-ignore
    await on.draft();
    await on.submit();
    await on.reject('The survey must be dated.');
    await on.submit();
    on.decisionId = String((await on.done(on.approve('authority_ada', 'They agreed to restore it.'))).decisionId);
    const decision = `/decisions/${on.decisionId}`;
    const correct = (outcome: string): Promise<Answered> =>
      on.done(on.command('legal_lena', decision, 'corrections', { outcome, reason: 'A slip.', approvedBy: 'authority_abe' })); // prettier-ignore
    const settle = async (outcome: string, how: string, body: object): Promise<Answered> => {
      const { correctionId } = await correct(outcome);
      return on.done(on.command('authority_abe', `${decision}/corrections/${String(correctionId)}`, how, body));
    };
    await settle('WARNING_AND_REMEDIATION_ORDER', 'approval', {});
    await settle('WARNING', 'rejection', { reason: 'No slip.' });
    await correct('REMEDIATION_ORDER');
    const review = await this.reviewed(on);
    const conclusion = { conclusion: 'CONFIRMED', reason: 'The informant changes nothing.' };
    await on.done(on.command('authority_ada', review, 'conclusion', conclusion));
    await on.classify('CONFIDENTIAL', 'The informant has testified in public.');
    await this.reviewed(on);
    await on.waitsFor('WAITING_FOR_NOTICE_DELIVERY');
    await on.reaches('DECIDED');
  }

  /** @returns the path of the review that a reclassification opens */
  private async reviewed(on: CaseJourney): Promise<string> {
    await on.classify('RESTRICTED', 'An informant is named.');
    const path = `/decision-reviews?caseId=${on.caseId}`;
    const isOpen = ({ status }: Answered): boolean => status === 'OPEN';
    const { data } = await on.comesTo<{ data: Answered[] }>('legal_lena', path, ({ data: all }) => all.some(isOpen));
    return `/decision-reviews/${String(data.find(isOpen)?.reviewId)}`;
  }

  /** AWAITING_APPROVAL, in a confidential case. */
  async laidBefore(): Promise<void> {
    const on = await this.submitted({ caseTypeCode: 'WASTE', classification: 'CONFIDENTIAL' });
    await on.draft();
    await on.submit();
    await on.waitsFor('WAITING_FOR_APPROVAL');
  }

  async rejected(): Promise<void> {
    const on = await this.submitted({ caseTypeCode: 'WAT', title: 'Sludge in the brook' });
    await on.draft();
    await on.submit();
    await on.reject('The survey must be dated.');
    await on.waitsFor('WAITING_FOR_RESUBMISSION');
  }

  async drafted(): Promise<void> {
    const on = await this.submitted({ caseTypeCode: 'GEN' });
    await on.draft();
  }

  /** COMPLETED without a decision, in a case that its team alone reads. */
  async dropped(): Promise<void> {
    const on = await this.registered({ caseTypeCode: 'AIR', restrictedToTeam: true, team: 'central' });
    const recommendation = 'NO_FURTHER_ACTION';
    await on.done(on.command('investigator_ivo', `/investigations/${on.investigationId}`, 'submission', { recommendation })); // prettier-ignore
    const path = `/investigations/${on.investigationId}`;
    await on.comesTo<Answered>('investigator_ivo', path, ({ status }) => status === 'COMPLETED');
  }

  /** What a backup finds under way: nothing of it may be lost, and nothing happen twice. */
  async paused(): Promise<void> {
    const [otto, ines] = [this.remit.as('operator_otto'), this.remit.as('intake_ines')];
    for (const name of PAUSED) {
      const { status } = await otto.post(`/operations/consumers/${name}/pause`, { reason: 'An upgrade is near.' });
      if (status !== 200) throw new Error(`${name} is not paused: ${status}`);
    }
    const registration = { caseTypeCode: 'WAT', parties: [{ partyId: this.mill, role: 'SUBJECT' }] };
    await this.underKey('intake_ines', '/cases', registration, 'caseId');
    const search = 'Larkmere';
    const found = (): Promise<Reply<{ data: unknown[] }>> => ines.get(`/cases?limit=100&search=${search}`);
    const before = (await found()).body.data.length;
    await sendFile(ines, actionsFile(2, 2));
    await eventually(found, ({ body }) => body.data.length === before + 2);
  }

  private async registered(more: object): Promise<CaseJourney> {
    const registration = { parties: [{ partyId: this.mill, role: 'SUBJECT' }], ...more };
    const caseId = await this.underKey('intake_ines', '/cases', registration, 'caseId');
    const on = new CaseJourney(this.remit, caseId, this.mill);
    await investigated(this.remit, caseId);
    await on.investigationOpened();
    return on;
  }

  private async found(on: CaseJourney): Promise<void> {
    await on.allege('Pulp was discharged above the weir.');
    await on.collect(Buffer.from(`A photograph for ${on.caseId}.`), 'Photograph of the outfall', 'Ivo Marsh');
    await on.find('The photograph shows it.');
  }

  private async submitted(more: object): Promise<CaseJourney> {
    const on = await this.registered(more);
    await this.found(on);
    await on.conclude();
    await on.waitsFor('WAITING_FOR_DECISION_PACKAGE');
    return on;
  }

  /** @returns the id in the answer, which is kept with its key */
  private async underKey(actorId: string, path: string, body: object, id: string): Promise<string> {
    const key = `kept-${this.answered.length + 1}`;
    const reply = await this.remit.as(actorId).post(path, body, { 'idempotency-key': key });
    if (reply.status !== 201) throw new Error(`It was refused: ${reply.status} ${reply.text}`);
    const { status, headers, text } = reply;
    const [etag, location] = [headers.get('etag'), headers.get('location')];
    this.answered.push({ actorId, path, key, body, status, etag, location, text });
    return String(reply.body[id]);
  }

  private async change(
    aggregate: string,
    method: string,
    below: string,
    body?: object,
    actorId = 'intake_ines',
  ): Promise<void> {
    const { headers } = await this.remit.as('supervisor_sol').get(aggregate);
    const ifMatch = { 'if-match': headers.get('etag') ?? '' };
    const { status, text } = await this.remit.as(actorId).send(method, aggregate + below, body, ifMatch);
    if (status !== 200) throw new Error(`${method} ${aggregate}${below} was refused: ${status} ${text}`);
  }
}
