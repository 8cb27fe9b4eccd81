import type { AggregateDeclaration, Declaration } from '../declaration.js';
import type { Rule, Violation } from '../violation.js';
import { keyIn } from '../where.js';

/** A status that an event brings about; its field says which, where the event brings about several. */
export interface PublishedStatus {
  status: string;
  event: string;
  field?: string;
}

/** The statuses of an aggregate that others can know, in the order in which they are declared. */
export const publishedStatuses = ({ statuses = {} }: AggregateDeclaration): PublishedStatus[] =>
  Object.entries(statuses)
    .filter(([, source]) => !source.includes(' '))
    .map(([status, source]) => {
      const [event = '', field] = source.split('.');
      return { status, event, ...(field !== undefined && { field }) };
    });

/** A read model that shows the status of an aggregate. */
export interface StatusView {
  holder: Declaration;
  copy: string;
  owner: Declaration;
  aggregate: string;
  keptBy: readonly string[];
  /** The table, its column, and inside JSON the parts by id and the field of each. */
  place: readonly string[];
}

const aggregateOf = (declarations: readonly Declaration[], of: string): [Declaration, string] | undefined => {
  const [module = '', aggregate = ''] = of.split('.');
  const owner = declarations.find((each) => each.module === module);
  return owner?.aggregates[aggregate]?.statuses ? [owner, aggregate] : undefined;
};

export const statusViews = (declarations: readonly Declaration[]): StatusView[] =>
  declarations.flatMap((holder) =>
    Object.entries(holder.copies_held).flatMap(([copy, { of, status_in, kept_by = [] }]) => {
      const found = status_in === undefined ? undefined : aggregateOf(declarations, of);
      if (!found || status_in === undefined) return [];
      const [owner, aggregate] = found;
      return [{ holder, copy, owner, aggregate, keptBy: kept_by, place: status_in.split('.') }];
    }),
  );

const checkAggregates = (owner: Declaration, views: readonly StatusView[]): Violation[] =>
  Object.entries(owner.aggregates).flatMap(([name, aggregate]) => {
    const violation = (rule: Rule, path: string[], why: string, mend: string): Violation => ({
      rule,
      where: keyIn(owner, 'aggregates', name, ...path),
      why,
      mend,
    });
    const published = publishedStatuses(aggregate);
    const shown = views.some((view) => view.owner === owner && view.aggregate === name);
    const isSaid = aggregate.unshown_status !== undefined;
    return [
      ...published
        .filter(({ event }) => !(event in owner.published_events))
        .map(({ status, event }) =>
          violation(
            'status-of-no-event',
            ['statuses', status],
            `is brought about by ${event}, which ${owner.module} does not publish`,
            'Name an event that the module publishes, or say `not published, ` and why.',
          ),
        ),
      ...(published.length > 0 && !shown && !isSaid
        ? [
            violation(
              'unprojected-status',
              ['statuses'],
              'are published by events, and no read model shows them',
              'Say status_in at the copy that shows them, or unshown_status with why there is none.',
            ),
          ]
        : []),
      ...(isSaid && (shown || published.length === 0)
        ? [
            violation(
              'unprojected-status',
              ['unshown_status'],
              published.length === 0 ? 'is said of what no event tells' : 'is said of what a read model shows',
              'Remove it.',
            ),
          ]
        : []),
    ];
  });

const checkViews = (holder: Declaration, declarations: readonly Declaration[]): Violation[] =>
  Object.entries(holder.copies_held).flatMap(([name, { of, status_in, kept_by = [] }]): Violation[] => {
    if (status_in === undefined) return [];
    const where = keyIn(holder, 'copies_held', name);
    const found = aggregateOf(declarations, of);
    const rule = 'unprojected-status';
    if (!found)
      return [
        { rule, where, why: `shows a status of ${of}, which declares none`, mend: 'Declare its statuses there.' },
      ];
    const [owner, aggregate] = found;
    const [table = ''] = status_in.split('.');
    const projection = Object.entries(holder.projections).find(([, { tables }]) => tables.includes(table))?.[0];
    if (projection === undefined)
      return [
        { rule, where, why: `names ${table}, which no projection here keeps`, mend: 'Name a table that one keeps.' },
      ];
    const published = publishedStatuses(
      owner.aggregates[aggregate] ?? { tables: [], facts: [], created_by: [], mutated_by: [] },
    );
    return published
      .filter(
        ({ event }) =>
          event in owner.published_events &&
          !(kept_by.includes(event) && holder.consumed_events[event]?.by.includes(projection)),
      )
      .map(({ status, event }) => ({
        rule,
        where,
        why: `never shows ${status}: ${projection} is not kept by ${event}`,
        mend: `Consume ${event} by ${projection}, and name it under kept_by.`,
      }));
  });

/** Every status that events tell of is shown as its owner has it, or said to be shown by nobody. */
export const checkStatuses = (declarations: readonly Declaration[]): Violation[] => {
  const views = statusViews(declarations);
  return declarations.flatMap((each) => [...checkAggregates(each, views), ...checkViews(each, declarations)]);
};
