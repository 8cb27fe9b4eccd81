import { SetMetadata, type CustomDecorator, type DynamicModule, type Type } from '@nestjs/common';
import type pg from 'pg';
import type { Statement } from '../database/statement.js';
import { BOUNDED_CONTEXT } from '../messaging/handlers.js';

const ATTESTS = 'remit:attests';

/** Reads under the module's own role, in one snapshot. */
export type Read = <Row extends pg.QueryResultRow>(statement: Statement) => Promise<Row[]>;

export interface Testimony {
  intact: boolean;
  /** What was found, the same for the same data: a backup keeps it, and a restore must find it again. No content. */
  found: string;
}

/**
 * What a module can say of the soundness of its own data, when it is backed up and after it was restored. Made without
 * an application around it: it depends on nothing but what it is given to read with.
 */
export interface Attestation {
  attest(read: Read): Promise<Testimony>;
}

export const Attests = (): CustomDecorator => SetMetadata(ATTESTS, true);

/** The attestations among the providers of the bounded contexts that an application wires, by module. */
export function attestationsOf({ imports = [] }: DynamicModule): Map<string, Attestation> {
  const found = new Map<string, Attestation>();
  for (const context of imports.filter((each): each is Type => typeof each === 'function')) {
    const module = Reflect.getMetadata(BOUNDED_CONTEXT, context) as string | undefined;
    const providers = (Reflect.getMetadata('providers', context) ?? []) as unknown[];
    for (const provider of providers)
      if (module && typeof provider === 'function' && Reflect.getMetadata(ATTESTS, provider))
        found.set(module, new (provider as Type<Attestation>)());
  }
  return found;
}
