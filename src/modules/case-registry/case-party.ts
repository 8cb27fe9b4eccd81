import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { PartyRole } from '../../contracts/shared/values.js';
import { refuseCase } from './case-registry.errors.js';

/** A party's role in a case, with the name it had when it was given: frozen, whatever the party is called later. */
@Entity({ name: 'case_party' })
export class CaseParty {
  @PrimaryColumn({ name: 'case_id', type: 'text' })
  caseId!: string;

  @PrimaryColumn({ name: 'party_id', type: 'text' })
  partyId!: string;

  @PrimaryColumn({ type: 'text' })
  role!: PartyRole;

  @Column({ name: 'party_name_at_registration', type: 'text' })
  partyNameAtRegistration!: string;

  @Column({ name: 'party_version_at_registration', type: 'integer' })
  partyVersionAtRegistration!: number;

  @Column({ name: 'registered_at', type: 'timestamptz' })
  registeredAt!: Date;
}

/** @throws CASE_NEEDS_SUBJECT when nobody is the subject of the case */
export function requireSubject(parties: readonly Pick<CaseParty, 'role'>[]): void {
  if (!parties.some(({ role }) => role === 'SUBJECT')) throw refuseCase.CASE_NEEDS_SUBJECT();
}

/** @throws PARTY_ALREADY_IN_ROLE when a party is named twice in one role */
export function requireDistinct(parties: readonly Pick<CaseParty, 'partyId' | 'role'>[]): void {
  const seen = new Set<string>();
  for (const { partyId, role } of parties) {
    const key = `${partyId} ${role}`;
    if (seen.has(key)) throw refuseCase.PARTY_ALREADY_IN_ROLE(undefined, { partyId, role });
    seen.add(key);
  }
}
