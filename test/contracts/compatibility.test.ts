import { describe, expect, it } from '@jest/globals';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsOptional, IsString, Length, ValidateNested } from 'class-validator';
import { breaches } from './compatibility.js';
import { presentSchema } from './event-schema.js';

class Place {
  @IsString()
  town!: string;
}

class Delivered {
  @IsString()
  parcelId!: string;

  @IsIn(['DOOR', 'SHOP'])
  where!: string;

  @IsOptional()
  @IsInt()
  weight?: number;

  @ValidateNested({ each: true })
  @Type(() => Place)
  stops!: Place[];
}

const frozen = presentSchema(Delivered);

describe('a contract that was frozen', () => {
  it('is met by itself', () => {
    expect(breaches(frozen, presentSchema(Delivered))).toEqual([]);
  });

  it('is met when an optional property is added, at the top and within', () => {
    class Mapped extends Place {
      @IsOptional()
      @IsString()
      street?: string;
    }
    class Added extends Delivered {
      @IsOptional()
      @IsString()
      note?: string;

      @ValidateNested({ each: true })
      @Type(() => Mapped)
      declare stops: Mapped[];
    }
    expect(breaches(frozen, presentSchema(Added))).toEqual([]);
  });

  it('is broken by a property that is gone', () => {
    class Removed {
      @IsString()
      parcelId!: string;

      @IsIn(['DOOR', 'SHOP'])
      where!: string;

      @ValidateNested({ each: true })
      @Type(() => Place)
      stops!: Place[];
    }
    expect(breaches(frozen, presentSchema(Removed))).toEqual(['weight: was removed']);
  });

  it('is broken by a property that must be there now, whether it is new or old', () => {
    class Demanding extends Delivered {
      @IsString()
      signature!: string;
    }
    expect(breaches(frozen, presentSchema(Demanding))).toEqual(['signature: is required now']);
    const { required, ...rest } = frozen;
    expect(breaches(frozen, { ...rest, required: [...(required as string[]), 'weight'] })).toEqual([
      'weight: is required now',
    ]);
  });

  it('is broken by a property that may be missing now', () => {
    expect(breaches(frozen, { ...frozen, required: ['parcelId', 'stops'] })).toEqual(['where: may be missing now']);
  });

  it('is broken by a list of values that was narrowed or widened', () => {
    class Other extends Delivered {
      @IsIn(['DOOR', 'LOCKER'])
      declare where: string;
    }
    const { properties } = presentSchema(Other) as { properties: Record<string, object> };
    const present = { ...frozen, properties: { ...(frozen.properties as object), where: properties.where } };
    expect(breaches(frozen, present)).toEqual(['where: SHOP is no value any more', 'where: LOCKER is a new value']);
  });

  it('is broken by another type or rule, at the top and within', () => {
    class Town {
      @IsString()
      @Length(1, 10)
      town!: string;
    }
    class Stricter {
      @IsInt()
      parcelId!: number;

      @IsIn(['DOOR', 'SHOP'])
      where!: string;

      @IsOptional()
      @IsInt()
      weight?: number;

      @ValidateNested({ each: true })
      @Type(() => Town)
      stops!: Town[];
    }
    expect(breaches(frozen, presentSchema(Stricter))).toEqual([
      'parcelId: type has changed',
      'stops[].town: minLength has changed',
      'stops[].town: maxLength has changed',
    ]);
  });
});
