import { CaseHeaderAmended } from '../../../src/contracts/case-registry/case-header-amended.v1.js';
import { CaseLinked } from '../../../src/contracts/case-registry/case-linked.v1.js';
import { CasePartyAdded } from '../../../src/contracts/case-registry/case-party-added.v1.js';
import { CasePartyRemoved } from '../../../src/contracts/case-registry/case-party-removed.v1.js';
import { CaseRegistered } from '../../../src/contracts/case-registry/case-registered.v1.js';
import { PartyMerged } from '../../../src/contracts/party/party-merged.v1.js';
import { PartyProfileChanged } from '../../../src/contracts/party/party-profile-changed.v1.js';
import { PartyRegistered } from '../../../src/contracts/party/party-registered.v1.js';
import { PartyUnmerged } from '../../../src/contracts/party/party-unmerged.v1.js';
import type { Classification, PartyRole } from '../../../src/contracts/shared/values.js';
import { newId } from '../../../src/platform/base/ids.js';
import type { LoggedEvent } from '../../support/log.js';

type Story = Pick<LoggedEvent, 'producer' | 'aggregateType' | 'aggregateId' | 'contract' | 'payload'>;

/** One aggregate's events in order: each has the next version. */
class EventsOfAggregate {
  version = 0;

  protected tell(story: Story): LoggedEvent {
    this.version += 1;
    return { ...story, aggregateVersion: this.version, id: newId('evt') };
  }
}

/** A party as its owner tells of it. */
export class PartyStory extends EventsOfAggregate {
  readonly partyId = newId('pty');

  registered(displayName: string, classification: Classification = 'INTERNAL'): LoggedEvent {
    return this.of(PartyRegistered, { kind: 'ORGANISATION', displayName, classification });
  }

  renamed(displayName: string, classification: Classification = 'INTERNAL'): LoggedEvent {
    return this.of(PartyProfileChanged, { profileVersion: this.version + 1, displayName, classification });
  }

  mergedInto(survivor: PartyStory, displayName: string): LoggedEvent {
    return this.of(PartyMerged, { mergedInto: survivor.partyId, displayName });
  }

  unmergedFrom(survivor: PartyStory, displayName: string): LoggedEvent {
    return this.of(PartyUnmerged, { mergedInto: survivor.partyId, displayName });
  }

  /** A change that Reporting does not hear of: only the version tells. */
  prefersAnotherChannel(): void {
    this.version += 1;
  }

  private of(contract: Story['contract'], payload: object): LoggedEvent {
    const { partyId } = this;
    const story = { producer: 'party', aggregateType: 'party', aggregateId: partyId, contract };
    return this.tell({ ...story, payload: { partyId, ...payload } });
  }
}

export interface InRole {
  party: PartyStory;
  role?: PartyRole;
  version?: number;
}

const roleOf = ({ party, role = 'SUBJECT', version = party.version }: InRole): object => ({
  partyId: party.partyId,
  role,
  partyVersionAtRegistration: version,
});

/** A case header as its owner tells of it. */
export class CaseStory extends EventsOfAggregate {
  readonly caseId = newId('case');
  private header = {
    title: 'Odour complaint',
    classification: 'INTERNAL' as Classification,
    restrictedToTeam: false,
    team: 'central' as string | null,
    location: 'Mill Lane' as string | null,
  };

  registered(
    parties: readonly InRole[],
    given: Partial<CaseStory['header'] & { caseNumber: string; caseTypeCode: string }> = {},
  ): LoggedEvent {
    const { caseNumber = 'ENV-2026-000001', caseTypeCode = 'ENV', ...header } = given;
    this.header = { ...this.header, ...header };
    return this.of(CaseRegistered, {
      caseNumber,
      caseTypeCode,
      ...this.header,
      receivedOn: '2026-02-27',
      status: 'REGISTERED',
      parties: parties.map(roleOf),
    });
  }

  amended(change: Partial<CaseStory['header']>): LoggedEvent {
    this.header = { ...this.header, ...change };
    return this.of(CaseHeaderAmended, this.header);
  }

  partyAdded(inRole: InRole): LoggedEvent {
    return this.of(CasePartyAdded, roleOf(inRole));
  }

  partyRemoved({ party, role = 'SUBJECT' }: InRole): LoggedEvent {
    return this.of(CasePartyRemoved, { partyId: party.partyId, role });
  }

  private of(contract: Story['contract'], payload: object): LoggedEvent {
    const { caseId } = this;
    const story = { producer: 'case-registry', aggregateType: 'case_header', aggregateId: caseId, contract };
    return this.tell({ ...story, payload: { caseId, ...payload } });
  }
}

/** A link, which is an aggregate of its own. */
export function linked(from: CaseStory, to: CaseStory): LoggedEvent {
  const linkId = newId('lnk');
  return {
    producer: 'case-registry',
    aggregateType: 'case_link',
    aggregateId: linkId,
    aggregateVersion: 1,
    contract: CaseLinked,
    payload: { linkId, caseId: from.caseId, linkedCaseId: to.caseId, relation: 'RELATED' },
    id: newId('evt'),
  };
}
