import { IsInt, IsString, Length } from 'class-validator';
import type { Answered } from '../../../src/platform/messaging/envelope.js';

export class GadgetMade {
  static readonly type = 'GadgetMade';
  static readonly version = 1;

  @IsString()
  gadgetId!: string;

  @IsString()
  name!: string;
}

export class GadgetPainted {
  static readonly type = 'GadgetPainted';
  static readonly version = 1;

  @IsString()
  gadgetId!: string;

  @IsString()
  colour!: string;
}

/** The list of gadgets does not handle this one. */
export class GadgetShelved {
  static readonly type = 'GadgetShelved';
  static readonly version = 1;

  @IsString()
  gadgetId!: string;
}

export class NamedGadget {
  @IsString()
  name!: string;
}

export class GetGadget implements Answered<{ name: string } | null> {
  static readonly type = 'GetGadget';
  static readonly answer = { oneOrNone: NamedGadget };
  declare readonly _answer?: { name: string } | null;

  @IsString()
  gadgetId!: string;
}

export class MakeGadget {
  static readonly type = 'MakeGadget';

  @IsString()
  @Length(1, 100)
  name!: string;
}

export class Echoes {
  @IsInt()
  echoes!: number;
}

export class GetEchoes implements Answered<{ echoes: number }> {
  static readonly type = 'GetEchoes';
  static readonly answer = { one: Echoes };
  declare readonly _answer?: { echoes: number };

  @IsString()
  gadgetId!: string;
}

export class Resound {
  static readonly type = 'Resound';

  @IsString()
  gadgetId!: string;
}
