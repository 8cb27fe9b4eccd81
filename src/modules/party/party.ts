import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ContactPreference } from '../../contracts/party/register-party.js';
import type { Address } from '../../contracts/shared/address.js';
import type { Classification, PartyKind } from '../../contracts/shared/values.js';
import { given } from '../../platform/base/given.js';
import { newId } from '../../platform/base/ids.js';
import type { RegisterParty } from '../../contracts/party/register-party.js';
import { refuseParty } from './party.errors.js';

/** A person or organisation. Legal profile (with its address) and contact preference are versioned each by itself. */
@Entity({ name: 'party' })
export class Party {
  @PrimaryColumn({ name: 'party_id', type: 'text' })
  partyId!: string;

  @Column({ type: 'integer' })
  version!: number;

  @Column({ type: 'text' })
  kind!: PartyKind;

  @Column({ name: 'legal_name', type: 'text' })
  legalName!: string;

  @Column({ name: 'registration_number', type: 'text', nullable: true })
  registrationNumber!: string | null;

  @Column({ type: 'jsonb', nullable: true })
  address!: Address | null;

  @Column({ name: 'contact_preference', type: 'jsonb' })
  contactPreference!: ContactPreference;

  @Column({ type: 'text' })
  classification!: Classification;

  @Column({ name: 'profile_version', type: 'integer' })
  profileVersion!: number;

  @Column({ name: 'contact_preference_version', type: 'integer' })
  contactPreferenceVersion!: number;

  @Column({ name: 'merged_into', type: 'text', nullable: true })
  mergedInto!: string | null;

  @Column({ name: 'registered_at', type: 'timestamptz' })
  registeredAt!: Date;

  static register(input: RegisterParty, at: Date): Party {
    return Object.assign(new Party(), {
      partyId: newId('pty'),
      version: 0,
      kind: input.kind,
      legalName: input.legalName.trim(),
      registrationNumber: input.registrationNumber ?? null,
      address: input.address ?? null,
      contactPreference: input.contactPreference ?? { channel: 'POST' },
      classification: input.classification ?? 'INTERNAL',
      profileVersion: 1,
      contactPreferenceVersion: 1,
      mergedInto: null,
      registeredAt: at,
    });
  }

  changeProfile(change: Partial<Pick<Party, 'legalName' | 'registrationNumber' | 'address' | 'classification'>>): void {
    this.requireUnmerged();
    Object.assign(this, given(change));
    this.legalName = this.legalName.trim();
    this.profileVersion += 1;
  }

  changeContactPreference(preference: ContactPreference): void {
    this.requireUnmerged();
    this.contactPreference = preference;
    this.contactPreferenceVersion += 1;
  }

  mergeInto(survivor: Party): void {
    this.requireUnmerged();
    if (survivor.partyId === this.partyId) throw refuseParty.PARTY_MERGE_INTO_ITSELF();
    // A chain of aliases would have to be followed by everybody who holds one.
    if (survivor.mergedInto !== null)
      throw refuseParty.PARTY_MERGED('The surviving party was itself merged.', { mergedInto: survivor.mergedInto });
    this.mergedInto = survivor.partyId;
  }

  unmerge(): string {
    if (this.mergedInto === null) throw refuseParty.PARTY_NOT_MERGED();
    const { mergedInto } = this;
    this.mergedInto = null;
    return mergedInto;
  }

  private requireUnmerged(): void {
    if (this.mergedInto !== null)
      throw refuseParty.PARTY_MERGED('Change the surviving party instead.', { mergedInto: this.mergedInto });
  }
}

/** What a party was at one of its versions. Never changed. */
@Entity({ name: 'party_version' })
export class PartyVersion {
  @PrimaryColumn({ name: 'party_id', type: 'text' })
  partyId!: string;

  @PrimaryColumn({ type: 'integer' })
  version!: number;

  @Column({ name: 'legal_name', type: 'text' })
  legalName!: string;

  @Column({ name: 'registration_number', type: 'text', nullable: true })
  registrationNumber!: string | null;

  @Column({ type: 'jsonb', nullable: true })
  address!: Address | null;

  @Column({ name: 'contact_preference', type: 'jsonb' })
  contactPreference!: ContactPreference;

  @Column({ type: 'text' })
  classification!: Classification;

  @Column({ name: 'merged_into', type: 'text', nullable: true })
  mergedInto!: string | null;

  /** Why it was merged or unmerged. */
  @Column({ type: 'text', nullable: true })
  reason!: string | null;

  @Column({ name: 'valid_from', type: 'timestamptz' })
  validFrom!: Date;

  /** Call after the event is published: the version is the one that the event carries. */
  static of(party: Party, at: Date, reason: string | null = null): PartyVersion {
    const { partyId, version, legalName, registrationNumber, address, contactPreference, classification, mergedInto } =
      party;
    return Object.assign(new PartyVersion(), {
      partyId,
      version,
      legalName,
      registrationNumber,
      address,
      contactPreference,
      classification,
      mergedInto,
      reason,
      validFrom: at,
    });
  }
}
