import { SetMetadata, type CustomDecorator } from '@nestjs/common';
import type { Policy } from '../policy/policy.js';
import type { EventContract, Envelope, RequestContract } from './envelope.js';
import type { ProjectionTransaction } from './projection-transaction.js';
import type { UnitOfWork } from './unit-of-work.js';
import type { Answer, Draft } from './answer.js';

/** Metadata by which a Nest module or controller says which bounded context it is of. */
export const BOUNDED_CONTEXT = 'remit:bounded-context';
export const PROJECTION = 'remit:projection';
export const REACTION = 'remit:reaction';
export const ANSWERS = 'remit:answers';
export const CARRIES_OUT = 'remit:carries-out';

type Contract = Pick<EventContract, 'type' | 'version'>;

export interface ProjectionOptions {
  /** The part after the module's name, as declared. */
  name: string;
  consumes: readonly Contract[];
  /**
   * What readers were shown must survive a crash as it was. Otherwise the last batches may be applied once more, each
   * with the same result: their effects are lost only together with the offset.
   */
  durable?: boolean;
  /** A statement of a projection that takes longer is cancelled, and its event parked: ten seconds unless given. */
  slowestStatementMs?: number;
}

/** Keeps rows current from events: a whole batch in one transaction, in the order of the log. */
export interface ProjectionHandler {
  apply(events: readonly Envelope[], transaction: ProjectionTransaction): Promise<void>;
  /**
   * Deletes the rows of one key (a case, a party), so that all events about it, applied anew, make them again. Without
   * it the projection can be rebuilt as a whole alone.
   */
  forget?(key: string, transaction: ProjectionTransaction): void;
}

/**
 * Does something because of an event, each once. Called again for the same event when nothing of it was committed, and
 * side by side for events of different keys.
 */
export interface ReactionHandler<Prepared = unknown> {
  /**
   * Asks owners what `handle` is to decide on: outside any transaction, before each try. An owner that does not answer
   * postpones the event and those of its key behind it, however often; anything else that is thrown is a failed try.
   * What it asks is declared `by` this reaction. It must change nothing: it may be called without a try that follows.
   */
  prepare?(event: Envelope): Promise<Prepared>;
  handle(event: Envelope, tx: UnitOfWork, prepared: Prepared): Promise<Draft | undefined>;
}

/** Answers a question about facts that this module owns. May ask others first, as it declares. */
export interface QuestionHandler<Input extends object = object, Output = unknown> {
  answer(input: Input): Promise<Output>;
}

/** Carries out a command that another module may tell, under the given row of the permission table. */
export interface CommandHandler<Input extends object = object> {
  carryOut(input: Input): Promise<Answer>;
}

export const Projection = (options: ProjectionOptions): CustomDecorator => SetMetadata(PROJECTION, options);
export const Reaction = (options: ProjectionOptions): CustomDecorator => SetMetadata(REACTION, options);
export const Answers = (contract: RequestContract): CustomDecorator => SetMetadata(ANSWERS, contract);
export const CarriesOut = (contract: RequestContract, policy: Policy): CustomDecorator =>
  SetMetadata(CARRIES_OUT, { contract, policy });
