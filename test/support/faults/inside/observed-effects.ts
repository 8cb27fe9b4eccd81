import { Refusal } from '../../../../src/platform/base/refusal.js';
import type { OpenedModules } from '../../../../src/platform/kernel/probe.js';
import type { Registration } from '../../../../src/platform/messaging/delivery.js';
import type { Envelope } from '../../../../src/platform/messaging/envelope.js';
import type { ProjectionHandler, ReactionHandler } from '../../../../src/platform/messaging/handlers.js';
import type { UnitOfWork } from '../../../../src/platform/messaging/unit-of-work.js';
import type { EffectPoint } from '../crash-points.js';

const poisoned = new Set<string>();

/** Events of these keys cannot be handled from now on, and all others can. */
export function poison(keys: readonly string[]): void {
  poisoned.clear();
  for (const key of keys) poisoned.add(key);
}

const isPoison = ({ eventKey }: Envelope): boolean => poisoned.has(eventKey);

const EFFECTS = `INSERT INTO observed.effect (consumer, event_id, half)
  SELECT $1, id, $3 FROM unnest($2::text[]) WITH ORDINALITY AS e (id, ordinal) ORDER BY ordinal`;

/** Writes beside each effect, in its transaction, that it happened. Nothing would stop a second one. */
export function observedProjection(registration: Registration, reach: (point: EffectPoint) => void): Registration {
  const { name } = registration;
  const handler = registration.handler as ProjectionHandler;
  const forget = handler.forget?.bind(handler);
  const apply: ProjectionHandler['apply'] = async (events, transaction) => {
    // What was sent before it has been done: the inbox is written, the effect is not.
    await transaction.query({ text: 'SELECT 1', values: [] });
    reach('before the effect of a projection');
    const note = async (applied: readonly Envelope[], half: boolean): Promise<void> => {
      const values = [name, applied.map(({ id }) => id), half];
      await transaction.query({ name: 'observed_effects', text: EFFECTS, values });
    };
    if (events.some(isPoison)) {
      await note(events.filter(isPoison), true);
      throw new TypeError('A handler of the tests throws after a part of its effect.');
    }
    await handler.apply(events, transaction);
    await note(events, false);
    reach('after the effect of a projection');
  };
  return { ...registration, handler: { apply, ...(forget && { forget }) } };
}

const EFFECT = 'INSERT INTO observed.effect (consumer, event_id) VALUES ($1, $2) RETURNING 1';

/** The same for a reaction of a module, whose effect is a unit of work. */
export function observedReaction(registration: Registration): Registration {
  const { name } = registration;
  const handler = registration.handler as ReactionHandler;
  const prepare = handler.prepare?.bind(handler);
  const handle: ReactionHandler['handle'] = async (event, tx, prepared) => {
    const draft = await handler.handle(event, tx, prepared);
    tx.statement(EFFECT, [name, event.id]);
    return draft;
  };
  return { ...registration, handler: { handle, ...(prepare && { prepare }) } };
}

const CASES = ['CaseRegistered', 'CaseHeaderAmended', 'CasePartyAdded'];
const OBSERVER = 'operations.observer';

/** A reaction with nothing but this effect, which can be poisoned. */
export function observerOf(modules: OpenedModules): Registration {
  const database = modules.opened.get('operations');
  const work = modules.workOf('operations');
  if (!database || !work) throw new Error('The module operations is not there to observe from.');
  const handle = (event: Envelope, tx: UnitOfWork): Promise<undefined> => {
    tx.statement(EFFECT, [OBSERVER, event.id]);
    tx.audit({ eventType: 'EventObservedAudit', action: 'OBSERVE_EVENT', subject: { caseId: event.aggregateId } });
    // The database refuses it when it has written the rest, and with it what is handled in the same transaction.
    if (isPoison(event)) tx.statement('SELECT 1 WHERE false', [], new Refusal('POISON', 409, 'This event is poison.'));
    return Promise.resolve(undefined);
  };
  const options = { name: 'observer', consumes: CASES.map((type) => ({ type, version: 1 })) };
  return { name: OBSERVER, kind: 'reaction', options, handler: { handle }, database, work };
}
