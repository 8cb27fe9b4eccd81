import { describe, expect, it } from '@jest/globals';
import { Party } from '../../../src/modules/party/party.js';
import { Refusal } from '../../../src/platform/base/refusal.js';

const at = new Date('2026-03-01T09:00:00Z');
const party = (legalName: string): Party => Party.register({ kind: 'ORGANISATION', legalName }, at);

const codeOf = (act: () => unknown): string | undefined => {
  try {
    act();
  } catch (error) {
    if (error instanceof Refusal) return error.errorCode;
    throw error;
  }
  return undefined;
};

describe('a party', () => {
  it('is reached by post and classified INTERNAL unless said otherwise', () => {
    expect(party('Larch Ltd')).toMatchObject({ contactPreference: { channel: 'POST' }, classification: 'INTERNAL' });
  });

  it('keeps what a change of profile does not name', () => {
    const larch = Party.register({ kind: 'ORGANISATION', legalName: 'Larch Ltd', registrationNumber: 'C-7' }, at);
    larch.changeProfile({ legalName: 'Larch Holding Ltd' });
    expect(larch).toMatchObject({ legalName: 'Larch Holding Ltd', registrationNumber: 'C-7', profileVersion: 2 });
    expect(larch.contactPreferenceVersion).toBe(1);
  });

  it('versions its contact preference apart from its profile', () => {
    const larch = party('Larch Ltd');
    larch.changeContactPreference({ channel: 'EMAIL', email: 'office@larch.example' });
    expect(larch).toMatchObject({ contactPreferenceVersion: 2, profileVersion: 1 });
  });

  it('stands for another once merged, and for itself again once unmerged', () => {
    const [larch, survivor] = [party('Larch Ltd'), party('Larch Limited')];
    larch.mergeInto(survivor);
    expect(larch.mergedInto).toBe(survivor.partyId);
    expect(larch.unmerge()).toBe(survivor.partyId);
    expect(larch.mergedInto).toBeNull();
  });

  it('is not changed while it stands for another', () => {
    const larch = party('Larch Ltd');
    larch.mergeInto(party('Larch Limited'));
    expect(codeOf(() => larch.changeProfile({ legalName: 'Larch' }))).toBe('PARTY_MERGED');
    expect(codeOf(() => larch.changeContactPreference({ channel: 'POST' }))).toBe('PARTY_MERGED');
    expect(codeOf(() => larch.mergeInto(party('Larch AG')))).toBe('PARTY_MERGED');
  });

  it('is merged neither into itself nor into one that was itself merged', () => {
    const [larch, middle] = [party('Larch Ltd'), party('Larch Limited')];
    expect(codeOf(() => larch.mergeInto(larch))).toBe('PARTY_MERGE_INTO_ITSELF');
    middle.mergeInto(party('Larch Group'));
    expect(codeOf(() => larch.mergeInto(middle))).toBe('PARTY_MERGED');
    expect(larch.mergedInto).toBeNull();
  });

  it('is unmerged only if it was merged', () => {
    expect(codeOf(() => party('Larch Ltd').unmerge())).toBe('PARTY_NOT_MERGED');
  });
});
