import { PlainRows, SetBasedRows, Trace, EchoReaction } from '../contexts/handlers.js';
import { ItemChanged } from '../contexts/item.js';
import type { Registration } from '../../src/platform/messaging/delivery.js';

/** What a consumer does with events, and the table it does it in. A suffix after a colon makes another one of its kind. */
export type ConsumerKind =
  'rows-a' | 'rows-b' | 'rows-c' | 'plain-a' | 'trace' | 'echo-a' | 'echo-b' | `rows-a:${string}`;

type Handled = Pick<Registration, 'kind' | 'handler'>;

export function consumerOf(
  name: ConsumerKind,
  { database, work }: Pick<Registration, 'database' | 'work'>,
): Registration {
  const options = { name, consumes: [ItemChanged] };
  return { name: `sink.${name}`, options, database, work, ...handledBy(name) };
}

function handledBy(name: ConsumerKind): Handled {
  const [kind = '', place = ''] = (name.split(':')[0] ?? '').split('-');
  switch (kind) {
    case 'rows':
      return { kind: 'projection', handler: new SetBasedRows(`rows_${place}`) };
    case 'plain':
      return { kind: 'projection', handler: new PlainRows(`rows_${place}`) };
    case 'trace':
      return { kind: 'projection', handler: new Trace() };
    default:
      return { kind: 'reaction', handler: new EchoReaction() };
  }
}
