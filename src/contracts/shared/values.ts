export const CLASSIFICATIONS = ['PUBLIC', 'INTERNAL', 'CONFIDENTIAL', 'RESTRICTED'] as const;
export type Classification = (typeof CLASSIFICATIONS)[number];

export const PARTY_KINDS = ['PERSON', 'ORGANISATION'] as const;
export type PartyKind = (typeof PARTY_KINDS)[number];

export const CONTACT_CHANNELS = ['EMAIL', 'POST', 'PORTAL'] as const;
export type ContactChannel = (typeof CONTACT_CHANNELS)[number];

export const PARTY_ROLES = ['SUBJECT', 'COMPLAINANT', 'WITNESS', 'REPRESENTATIVE'] as const;
export type PartyRole = (typeof PARTY_ROLES)[number];

/** What every identifier looks like: a prefix and a ULID. */
export const idOf = (prefix: string): RegExp => new RegExp(`^${prefix}_[0-9A-HJKMNP-TV-Z]{26}$`);
