import { Kernel } from '../../../../src/platform/kernel/kernel.js';
import { Delivery, type Registration } from '../../../../src/platform/messaging/delivery.js';
import type { Envelope } from '../../../../src/platform/messaging/envelope.js';
import type { ProjectionHandler, ReactionHandler } from '../../../../src/platform/messaging/handlers.js';
import type { UnitOfWork } from '../../../../src/platform/messaging/unit-of-work.js';
import type { Instructions } from '../crash-points.js';
import { reach } from './reach.js';
import { say } from './words.js';
import { Refusal } from '../../../../src/platform/base/refusal.js';

const poisoned = new Set<string>();

/** Events of these keys cannot be handled from now on, and all others can. */
export function poison(keys: readonly string[]): void {
  poisoned.clear();
  for (const key of keys) poisoned.add(key);
  say({ poisoned: keys.length });
}

const isPoison = ({ eventKey }: Envelope): boolean => poisoned.has(eventKey);

const SEEN = `INSERT INTO witness.effect (consumer, event_id, half)
  SELECT $1, id, $3 FROM unnest($2::text[]) WITH ORDINALITY AS e (id, place) ORDER BY place`;

/** Writes beside each effect, in its transaction, that it happened. Nothing would stop a second one. */
function witness({ name, handler }: Registration, instructions: Instructions): void {
  const projection = handler as ProjectionHandler;
  const apply = projection.apply.bind(projection);
  projection.apply = async (events, transaction) => {
    // What was sent before it has been done: the inbox is written, the effect is not.
    await transaction.query({ text: 'SELECT 1', values: [] });
    reach('before the effect of a projection', instructions);
    const note = async (seen: readonly Envelope[], half: boolean): Promise<void> => {
      const values = [name, seen.map(({ id }) => id), half];
      await transaction.query({ name: 'witness_effect', text: SEEN, values });
    };
    if (events.some(isPoison)) {
      await note(events.filter(isPoison), true);
      throw new TypeError('A handler of the tests throws after a part of its effect.');
    }
    await apply(events, transaction);
    await note(events, false);
    reach('after the effect of a projection', instructions);
  };
}

const SEEN_ONCE = 'INSERT INTO witness.effect (consumer, event_id) VALUES ($1, $2) RETURNING 1';

/** The same for a reaction of a module, whose effect is a unit of work. */
function witnessReaction({ name, handler }: Registration): void {
  const reaction = handler as ReactionHandler;
  const handle = reaction.handle.bind(reaction);
  reaction.handle = async (event, tx, prepared) => {
    const draft = await handle(event, tx, prepared);
    tx.statement(SEEN_ONCE, [name, event.id]);
    return draft;
  };
}

const CASES = ['CaseRegistered', 'CaseHeaderAmended', 'CasePartyAdded'];
const REACTION = 'operations.witness';

/** A reaction with nothing but this effect, which can be poisoned. */
function reactionOf(kernel: Kernel): Registration {
  const database = kernel.opened.get('operations');
  const work = kernel.workOf('operations');
  if (!database || !work) throw new Error('The module operations is not there to be a witness.');
  const handle = (event: Envelope, tx: UnitOfWork): Promise<undefined> => {
    tx.statement(SEEN_ONCE, [REACTION, event.id]);
    tx.audit({ eventType: 'WitnessedAudit', action: 'WITNESS', subject: { caseId: event.aggregateId } });
    // The database refuses it when it has written the rest, and with it what is handled in the same transaction.
    if (isPoison(event)) tx.statement('SELECT 1 WHERE false', [], new Refusal('POISON', 409, 'This event is poison.'));
    return Promise.resolve(undefined);
  };
  const options = { name: 'witness', consumes: CASES.map((type) => ({ type, version: 1 })) };
  return { name: REACTION, kind: 'reaction', options, handler: { handle }, database, work };
}

type DeliveryArguments = ConstructorParameters<typeof Delivery>;

/** What the kernel makes delivery of, and shows nobody. */
interface Inner {
  clock: DeliveryArguments[2];
  metrics: DeliveryArguments[3];
  log: DeliveryArguments[4];
}

export function placeWitness(instructions: Instructions): void {
  const delivery = Delivery.prototype;
  const start = Reflect.get(delivery, 'start');
  delivery.start = function (): Promise<void> {
    for (const { registration } of this.consumers.values())
      if (registration.kind === 'projection') witness(registration, instructions);
      else if (registration.name !== REACTION) witnessReaction(registration);
    return start.call(this);
  };

  const kernel = Kernel.prototype;
  const bootstrap = Reflect.get(kernel, 'onApplicationBootstrap');
  const shutDown = Reflect.get(kernel, 'onApplicationShutdown');
  let reacting: Delivery | undefined;
  kernel.onApplicationBootstrap = async function (): Promise<void> {
    await bootstrap.call(this);
    const bus = this.opened.get('platform');
    if (!bus) throw new Error('The log is not there.');
    const reaction = reactionOf(this);
    const { clock, metrics, log } = this as unknown as Inner;
    reacting = new Delivery(bus, [reaction], clock, metrics, log, this.foundation.alone, this.foundation.relatedBy);
    await reacting.start();
    // So that operators see it, and can have its dead letters tried again.
    for (const [name, consumer] of reacting.consumers) this.delivery.consumers.set(name, consumer);
    const consumers = [...this.delivery.consumers.values()].map(({ registration: { name, options } }) => ({
      name,
      events: options.consumes.map(({ type }) => type),
    }));
    say({ consumers });
  };
  kernel.onApplicationShutdown = async function (): Promise<void> {
    await reacting?.stop();
    await shutDown.call(this);
  };
}
