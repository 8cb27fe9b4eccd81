import { ReportingModule } from '../../../src/modules/reporting/reporting.module.js';
import { startModule, type TestModule } from '../../support/module.js';
import type { LoggedEvent } from '../../support/log.js';
import type { Officer, Reply } from '../../support/officer.js';
import type { DossierAnswer, HistoryAnswer, WorklistAnswer } from './answers.js';
import { CaseStory, PartyStory } from './samples.js';

/** Reporting alone, with what tests append to the log. Whoever waits for an event sees all that was appended before. */
export class RunningReporting {
  readonly ivo: Officer;
  /** Cleared for everything. */
  readonly sol: Officer;
  /** Of another team than the cases'. */
  readonly lena: Officer;

  private constructor(readonly module: TestModule) {
    this.ivo = module.as('investigator_ivo');
    this.sol = module.as('supervisor_sol');
    this.lena = module.as('legal_lena');
  }

  static async start(): Promise<RunningReporting> {
    return new RunningReporting(await startModule(ReportingModule));
  }

  stop(): Promise<void> {
    return this.module.stop();
  }

  /** @returns the last event's id */
  async append(...events: LoggedEvent[]): Promise<string> {
    return (await this.module.log.append(...events)).at(-1) ?? '';
  }

  async knownParty(...registration: Parameters<PartyStory['registered']>): Promise<PartyStory> {
    const party = new PartyStory();
    await this.append(party.registered(...registration));
    return party;
  }

  /** @returns the case and the id of its registration's event */
  async knownCase(...registration: Parameters<CaseStory['registered']>): Promise<[CaseStory, string]> {
    const story = new CaseStory();
    return [story, await this.append(story.registered(...registration))];
  }

  dossier({ caseId }: CaseStory, after: string, officer = this.ivo): Promise<Reply<DossierAnswer>> {
    return officer.get(`/cases/${caseId}/dossier?waitForEventId=${after}`);
  }

  history(partyId: string, after: string, officer = this.ivo): Promise<Reply<HistoryAnswer>> {
    return officer.get(`/parties/${partyId}/case-history?waitForEventId=${after}`);
  }

  /** @param filter such as `caseTypeCode=WAT&limit=2` */
  worklist(filter: string, after: string, officer = this.ivo): Promise<Reply<WorklistAnswer>> {
    return officer.get(`/worklist?${filter}&waitForEventId=${after}`);
  }
}
