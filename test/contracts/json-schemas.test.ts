import { describe, expect, it } from '@jest/globals';
import { Type } from 'class-transformer';
import {
  IsBoolean,
  IsIn,
  IsInt,
  IsISO8601,
  IsOptional,
  Length,
  Matches,
  Max,
  Min,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { JsonSchemas } from '../../src/platform/http/json-schemas.js';

const nameless = (type: new () => object): new () => object => Object.defineProperty(type, 'name', { value: 'Place' });

class Town {
  @Length(1, 20)
  town!: string;

  @IsOptional()
  @ValidateNested()
  @Type(() => Town)
  near?: Town;
}

class Parcel {
  /** The order of decorators must not turn a whole number into any. */
  @IsInt()
  @Min(1)
  @Max(30)
  weight!: number;

  @Min(1)
  @IsInt()
  pieces!: number;

  @Matches(/^[A-Z]/)
  @Matches(/\d$/)
  code!: string;

  @IsISO8601()
  sentAt!: string;

  @IsISO8601()
  @Matches(/^\d{4}-\d{2}-\d{2}$/)
  sentOn!: string;

  @Matches(/^express$/i)
  kind!: string;

  @Matches(/^\w+$/, { each: true })
  labels!: string[];

  @IsOptional()
  @IsIn(['DOOR', 'SHOP'])
  where?: string | null;

  @ValidateIf(({ fragile }: Parcel) => fragile !== undefined)
  @IsBoolean()
  fragile?: boolean;

  @IsOptional()
  @ValidateNested()
  @Type(() => Town)
  to?: Town;

  @ValidateNested({ each: true })
  @Type(() => Town)
  by!: Town[];
}

class Unchecked {
  anything?: string;
}

describe('the schema of a class', () => {
  const schemas = new JsonSchemas('#/$defs/', true);
  const { properties, required, additionalProperties } = schemas.of(Parcel);

  it('says of each property what its decorators check', () => {
    expect(properties).toEqual({
      weight: { type: 'integer', minimum: 1, maximum: 30 },
      pieces: { type: 'integer', minimum: 1 },
      code: { type: 'string', allOf: [{ pattern: '\\d$' }, { pattern: '^[A-Z]' }] },
      // A pattern that needs a flag is left out: JSON Schema has none.
      sentAt: { type: 'string', anyOf: [{ format: 'date' }, { format: 'date-time' }] },
      sentOn: { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}$' },
      kind: { type: 'string' },
      labels: { type: 'array', items: { type: 'string', pattern: '^\\w+$' } },
      where: { type: ['string', 'null'], enum: ['DOOR', 'SHOP', null] },
      fragile: { type: 'boolean' },
      to: { anyOf: [{ $ref: '#/$defs/Town' }, { type: 'null' }] },
      by: { type: 'array', items: { $ref: '#/$defs/Town' } },
    });
  });

  it('requires what no condition lets be left out, and refuses what it does not know when it is closed', () => {
    expect(required).toEqual(['weight', 'pieces', 'code', 'sentAt', 'sentOn', 'kind', 'labels', 'by']);
    expect(additionalProperties).toBe(false);
    expect(new JsonSchemas('#/', false).of(Town)).not.toHaveProperty('additionalProperties');
  });

  it('holds each class once, also one that holds itself', () => {
    expect(Object.keys(schemas.schemas)).toEqual(['Town']);
    expect(schemas.schemas.Town).toMatchObject({
      properties: { near: { anyOf: [{ $ref: '#/$defs/Town' }, { type: 'null' }] } },
    });
  });

  it('keeps classes of one name apart, and from the schemas that were there', () => {
    class One {
      @IsInt()
      one!: number;
    }
    class Two {
      @IsInt()
      two!: number;
    }
    const apart = new JsonSchemas('#/', true, { Place: {} });
    expect([nameless(One), nameless(Two), One].map(apart.refTo)).toEqual([
      { $ref: '#/Place2' },
      { $ref: '#/Place3' },
      { $ref: '#/Place2' },
    ]);
  });

  it('of no checked property at all is an object', () => {
    expect(new JsonSchemas('#/', true).of(Unchecked)).toEqual({
      type: 'object',
      properties: {},
      additionalProperties: false,
    });
  });
});
