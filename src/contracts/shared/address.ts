import { IsISO31661Alpha2, IsOptional, IsString, Length } from 'class-validator';

/** A postal address. */
export class Address {
  @IsString()
  @Length(1, 200)
  line1!: string;

  @IsOptional()
  @IsString()
  @Length(1, 200)
  line2?: string | null;

  @IsString()
  @Length(1, 100)
  city!: string;

  /** State, province or county. */
  @IsOptional()
  @IsString()
  @Length(1, 100)
  region?: string | null;

  @IsString()
  @Length(1, 20)
  postalCode!: string;

  /** ISO 3166-1 alpha-2. */
  @IsISO31661Alpha2()
  country!: string;
}
