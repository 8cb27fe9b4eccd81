import type { Envelope } from '../messaging/envelope.js';

/** Events in the order of their positions, from a first one on. */
export interface Source {
  /** None of its events has a lower position. */
  first: bigint;
  events(): AsyncIterable<Envelope>;
}

interface Open {
  head: Envelope;
  rest: AsyncIterator<Envelope>;
}

/**
 * The events of all sources in the order of their positions. Partitions are cut by id, so that at the turn of a month
 * the positions of two of them mingle; a source is opened only where its first position is due, so that few are open at
 * a time however many there are.
 */
export async function* merge(sources: readonly Source[]): AsyncGenerator<Envelope> {
  const waiting = [...sources].sort((a, b) => (a.first < b.first ? -1 : 1));
  const open = new Set<Open>();
  try {
    for (;;) {
      let least = leastOf(open);
      while (waiting[0] && (!least || waiting[0].first <= BigInt(least.head.position))) {
        const rest = waiting.shift()?.events()[Symbol.asyncIterator]();
        const first = await rest?.next();
        if (rest && first && !first.done) open.add({ head: first.value, rest });
        least = leastOf(open);
      }
      if (!least) return;
      yield least.head;
      const next = await least.rest.next();
      if (next.done) open.delete(least);
      else least.head = next.value;
    }
  } finally {
    for (const { rest } of open) await rest.return?.();
  }
}

function leastOf(open: ReadonlySet<Open>): Open | undefined {
  let least: Open | undefined;
  for (const each of open) if (!least || BigInt(each.head.position) < BigInt(least.head.position)) least = each;
  return least;
}
