import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ReadModels } from '../../../src/platform/projections/read-models.js';
import { newId } from '../../../src/platform/base/ids.js';
import {
  publishedStatuses,
  statusViews,
  type PublishedStatus,
} from '../../../src/platform/ownership/rules/statuses.js';
import { declarations } from '../../../src/platform/start.js';
import { asServerAdministrator } from '../../support/database.js';
import { readSamples, type FrozenSample } from '../../support/frozen-samples.js';
import type { LoggedEvent } from '../../support/log.js';
import { RunningReporting } from './running-reporting.js';

/** Each place that shows the status of an aggregate, once for every status that its owner publishes. */
const SHOWN = statusViews(declarations()).flatMap((view) => {
  const published = publishedStatuses(view.owner.aggregates[view.aggregate] ?? failed(`no ${view.aggregate}`));
  return published.map((last) => ({
    ...view,
    status: last.status,
    shown: view.place.join('.'),
    aggregateName: `${view.owner.module}.${view.aggregate}`,
    // As it begins, and then as it is: all that a read model must know to end where its owner ended.
    story: published[0] && published[0] !== last ? [published[0], last] : [last],
  }));
});

function failed(why: string): never {
  throw new Error(why);
}

/** Frozen samples as one story: one case, one investigation, one package, however many cases they came from. */
function eventsOf(story: readonly PublishedStatus[], producer: string): LoggedEvent[] {
  const ids = new Map<string, string>();
  const own = <Value>(value: Value): Value =>
    JSON.parse(
      JSON.stringify(value).replaceAll(/"([a-z]+)_[0-9A-HJKMNP-TV-Z]{26}"/g, (_, prefix: string) => {
        if (!ids.has(prefix)) ids.set(prefix, newId(prefix));
        return `"${ids.get(prefix) ?? ''}"`;
      }),
    ) as Value;
  return story.map(({ event, field, status }, index) => {
    const { aggregateType, aggregateId, payload, version } = own(sampleOf(event));
    return {
      producer,
      contract: { type: event, version },
      aggregateType,
      aggregateId,
      aggregateVersion: index + 1,
      payload: { ...(payload as object), ...(field !== undefined && { [field]: status }) },
    };
  });
}

const sampleOf = (event: string): FrozenSample =>
  readSamples().find(({ type }) => type === event) ?? failed(`There is no frozen sample of ${event}.`);

/** What stands at the declared place of the only row about this case. */
async function statusAt(url: string, schema: string, place: readonly string[], caseId: string): Promise<unknown> {
  const [table = '', column = '', parts, field = ''] = place;
  const rows = await asServerAdministrator(
    async (admin) =>
      (
        await admin.query<{ found: unknown }>(
          `SELECT to_jsonb(${column}) AS found FROM ${schema}.${table} WHERE case_id = $1`,
          [caseId],
        )
      ).rows,
    url,
  );
  if (rows.length !== 1) throw new Error(`${table} holds ${rows.length} rows about the case.`);
  const [{ found } = failed('nothing')] = rows;
  if (parts === undefined) return found;
  const [part, ...more] = Object.values(
    (found as Record<string, Record<string, Record<string, unknown>>>)[parts] ?? {},
  );
  return more.length > 0 ? failed(`${place.join('.')} holds several parts.`) : part?.[field];
}

describe('a read model', () => {
  let reporting: RunningReporting;
  beforeAll(async () => {
    reporting = await RunningReporting.start();
  });
  afterAll(() => reporting.stop());

  it.each(SHOWN)('shows in $shown that $aggregateName is $status once its owner has said so', async (view) => {
    const { story, owner, holder, place, status } = view;
    const events = eventsOf(story, owner.module);
    const last = await reporting.append(...events);
    const [projection = ''] =
      Object.entries(holder.projections).find(([, { tables }]) => tables.includes(place[0] ?? '')) ?? [];
    expect(await reporting.module.app.get(ReadModels).waitFor(projection, last, 10_000)).toBe(true);
    const { caseId } = events[0]?.payload as { caseId: string };
    const { url } = reporting.module.database;
    expect(await statusAt(url, holder.database.schema, place, caseId)).toBe(status);
  });

  it('is looked at for every status that is shown anywhere', () => {
    expect([...new Set(SHOWN.map(({ holder }) => holder.module))]).toEqual(['reporting']);
    expect(SHOWN.length).toBeGreaterThan(25);
  });
});
