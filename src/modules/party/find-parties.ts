import { Injectable } from '@nestjs/common';
import { IsOptional, IsString, Length } from 'class-validator';
import { In, LessThan, Raw, type FindOptionsWhere } from 'typeorm';
import { ModuleDatabase } from '../../platform/database/module-database.js';
import { cursorOf, pageOf, PageQuery, rowsToRead, type Page } from '../../platform/http/page.js';
import { refuse } from '../../platform/base/refusal.js';
import { readableClassifications, requireReadable } from './party-access.js';
import { Party } from './party.js';

export class PartyQuery extends PageQuery {
  /** The beginning of the legal name, in any case. */
  @IsOptional()
  @IsString()
  @Length(1, 300)
  search?: string;

  /** The whole number, as it is registered. */
  @IsOptional()
  @IsString()
  @Length(1, 100)
  registrationNumber?: string;
}

/** A party, and the name under which others show it. */
export type ShownParty = Party & { displayName: string };

const literal = (text: string): string => text.replace(/[\\%_]/g, '\\$&');

/** The owner's answers about parties, within the reader's clearance. */
@Injectable()
export class FindParties {
  constructor(private readonly database: ModuleDatabase) {}

  async one(partyId: string): Promise<ShownParty> {
    const [party] = await this.database.find(Party, { partyId });
    if (!party) throw refuse.NOT_FOUND();
    requireReadable(party);
    return { ...party, displayName: party.legalName } as ShownParty;
  }

  /** Newest first. */
  async list(query: PartyQuery): Promise<Page<Party>> {
    const [after] = cursorOf(query, 1) ?? [];
    const where: FindOptionsWhere<Party> = {
      classification: In(readableClassifications()),
      ...(query.registrationNumber && { registrationNumber: query.registrationNumber }),
      ...(after && { partyId: LessThan(after) }),
      ...(query.search && {
        legalName: Raw((column) => `lower(${column}) LIKE :prefix`, {
          prefix: `${literal(query.search.toLowerCase())}%`,
        }),
      }),
    };
    const rows = await this.database.source.manager.find(Party, {
      where,
      order: { partyId: 'DESC' },
      take: rowsToRead(query),
    });
    return pageOf(rows, query, ({ partyId }) => [partyId]);
  }
}
