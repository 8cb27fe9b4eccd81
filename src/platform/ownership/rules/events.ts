import type { Declaration, PublishedEvent } from '../declaration.js';
import { IMPLICIT_EVENT, isClassified } from '../declaration.js';
import type { Violation } from '../violation.js';
import { keyIn } from '../where.js';

const moduleNamed = (declarations: readonly Declaration[], name: string): Declaration | undefined =>
  declarations.find(({ module }) => module === name);

const publishedBy = (
  publisher: Declaration,
  event: string,
): Pick<PublishedEvent, 'version' | 'consumers'> | undefined =>
  publisher.module === 'platform' && event === IMPLICIT_EVENT.type ? IMPLICIT_EVENT : publisher.published_events[event];

/** Whether a classified event says whom it is for, and no other does. */
function checkForWhom(where: string, event: PublishedEvent): Violation[] {
  const { classification, consumers } = event;
  if (isClassified(event) === (consumers !== undefined && consumers.length > 0)) return [];
  return [
    isClassified(event)
      ? {
          rule: 'classified-event-without-consumers',
          where,
          why: `is ${classification} and names nobody who may read it`,
          mend: 'Name its consumers, or lower its classification if its fields allow that.',
        }
      : {
          rule: 'consumers-named-twice',
          where,
          why: `names consumers, and is ${classification}`,
          mend: 'Leave them out: whoever consumes it says so under consumed_events.',
        },
  ];
}

/** Publisher's side: whoever is named exists and consumes the event in this version. */
const checkPublished = (publisher: Declaration, declarations: readonly Declaration[]): Violation[] =>
  Object.entries(publisher.published_events).flatMap(([event, published]): Violation[] => {
    const where = keyIn(publisher, 'published_events', event);
    return [
      ...checkForWhom(where, published),
      ...(published.consumers ?? []).flatMap((name): Violation[] => {
        const consumer = moduleNamed(declarations, name);
        if (!consumer)
          return [
            {
              rule: 'unknown-consumer',
              where,
              why: `names ${name}, and there is no such module`,
              mend: 'Name modules that exist; one that comes later adds itself.',
            },
          ];
        if (consumer.consumed_events[event]?.from === publisher.module) return [];
        return [
          {
            rule: 'unconsumed-event',
            where,
            why: `names ${name}, which does not consume it from ${publisher.module}`,
            mend: `Add it to consumed_events of ${name}, or take ${name} from the list.`,
          },
        ];
      }),
    ];
  });

/** Consumer's side: the event is published, in this version, and for this module. */
const checkConsumed = (consumer: Declaration, declarations: readonly Declaration[]): Violation[] =>
  Object.entries(consumer.consumed_events).flatMap(([event, { from, version }]): Violation[] => {
    const publisher = moduleNamed(declarations, from);
    const published = publisher && publishedBy(publisher, event);
    const violation = (why: string, mend: string): Violation[] => [
      { rule: 'unpublished-event', where: keyIn(consumer, 'consumed_events', event), why, mend },
    ];
    if (!publisher) return violation(`is consumed from ${from}, and there is no such module`, 'Name its publisher.');
    if (!published) return violation(`is not published by ${from}`, `Name its publisher, or publish it in ${from}.`);
    if (published.version !== version)
      return violation(
        `is published in version ${published.version}, not ${version}`,
        'Consume the version published.',
      );
    if (published.consumers?.includes(consumer.module) === false)
      return violation(`is not meant for ${consumer.module}`, `Add ${consumer.module} to its consumers in ${from}.`);
    return [];
  });

/** A request event is a wish, which several modules may have; anything else has happened in one place. */
const checkPublishers = (declarations: readonly Declaration[]): Violation[] =>
  declarations.flatMap((declaration, index) =>
    Object.keys(declaration.published_events).flatMap((event): Violation[] => {
      const first = declarations.slice(0, index).find(({ published_events }) => event in published_events);
      if (!first || event.endsWith('Requested')) return [];
      return [
        {
          rule: 'event-published-once',
          where: keyIn(declaration, 'published_events', event),
          why: `is published by ${first.module} too`,
          mend: 'Name it for what happens here, or end it in Requested if it is a wish.',
        },
      ];
    }),
  );

/** Audit, once it is there, hears of every command; each of them stages the event without declaring it. */
const checkAudit = (declarations: readonly Declaration[]): Violation[] =>
  IMPLICIT_EVENT.consumers
    .flatMap((name) => moduleNamed(declarations, name) ?? [])
    .filter(({ consumed_events }) => consumed_events[IMPLICIT_EVENT.type]?.from !== 'platform')
    .map((consumer) => ({
      rule: 'unconsumed-event',
      where: keyIn(consumer, 'consumed_events'),
      why: `lacks ${IMPLICIT_EVENT.type}, which every module stages for ${consumer.module}`,
      mend: `Add ${IMPLICIT_EVENT.type}: { from: platform, version: ${IMPLICIT_EVENT.version}, … }.`,
    }));

/** Publishers and consumers say the same of every event. */
export const checkEvents = (declarations: readonly Declaration[]): Violation[] => [
  ...checkPublishers(declarations),
  ...checkAudit(declarations),
  ...declarations.flatMap((declaration) => [
    ...checkPublished(declaration, declarations),
    ...checkConsumed(declaration, declarations),
  ]),
];
