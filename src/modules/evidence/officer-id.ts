import { Matches } from 'class-validator';

/** The subject of an officer's token, as the issuer names officers. */
export const IsOfficerId = (): PropertyDecorator =>
  Matches(/^[\w.@:|+-]{1,200}$/, { message: '$property must be the id of an officer' });
