import { beforeAll, describe, expect, it } from '@jest/globals';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonSchema } from '../../src/platform/http/class-rules.js';
import { contractOf, readEventContracts, type PublishedContract } from '../../src/platform/http/event-contracts.js';
import type { Declaration } from '../../src/platform/ownership/declaration.js';
import { declarations } from '../../src/platform/start.js';
import { readSamples } from '../support/frozen-samples.js';
import { breaches } from './compatibility.js';
import { freeze, frozenSchema, presentSchema, SNAPSHOTS } from './event-schema.js';

/** Set to write snapshots of new contracts and of optional additions; what breaks a contract is refused even then. */
const updating = process.env.UPDATE_CONTRACTS === '1';

const camelCase = (name: string): string => name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

const sensitiveFieldsOf = ({ aggregates, projections }: Declaration): string[] =>
  [...Object.values(aggregates), ...Object.values(projections)]
    .flatMap((each) => each.sensitive_fields ?? [])
    .map(camelCase);

const propertyNamesIn = (schema: unknown): string[] => {
  if (typeof schema !== 'object' || schema === null) return [];
  const { properties = {} } = schema as { properties?: JsonSchema };
  return [...Object.keys(properties), ...Object.values(schema).flatMap(propertyNamesIn)];
};

describe('the contracts of events', () => {
  const declared = declarations();
  let contracts: PublishedContract[];
  beforeAll(async () => {
    contracts = await readEventContracts();
  });
  const nameOf = ({ module, contract }: PublishedContract): string => `${module}/${contract.type}.v${contract.version}`;

  it('are there for every event that a module declares', () => {
    const published = declared.flatMap(({ module, published_events: events }) =>
      Object.entries(events).map(([type, { version }]) => contractOf(contracts, module, type, version)),
    );
    expect(published.length).toBeGreaterThan(9);
  });

  it('are missed where there is none, and found with their owner where several publish a request', () => {
    const wish = {
      module: 'party',
      contract: Object.assign(
        class {
          wished = true;
        },
        { type: 'ChangeRequested', version: 1 },
      ),
    };
    expect(contractOf([wish], 'notice', 'ChangeRequested', 1)).toBe(wish.contract);
    expect(() => contractOf([wish], 'notice', 'ChangeRequested', 2)).toThrow(
      'notice publishes ChangeRequested, version 2, without a contract.',
    );
  });

  it('are what was frozen, or add optional properties to it', async () => {
    const broken: Record<string, string[]> = {};
    for (const published of contracts) {
      const frozen = frozenSchema(published);
      const found = frozen ? breaches(frozen, presentSchema(published.contract)) : [];
      if (updating && found.length === 0) await freeze(published);
      else if (!frozen) found.push('has no snapshot: run the contract tests with UPDATE_CONTRACTS=1');
      if (found.length > 0) broken[nameOf(published)] = found;
    }
    expect(broken).toEqual({});
  });

  it('are kept for as long as their snapshots are', () => {
    const frozen = readdirSync(SNAPSHOTS).flatMap((module) =>
      readdirSync(join(SNAPSHOTS, module)).map((file) => `${module}/${file.replace(/\.json$/, '')}`),
    );
    expect(frozen.sort()).toEqual(contracts.map(nameOf).sort());
  });

  it('have a frozen sample each', () => {
    const sampled = new Set(readSamples().map(({ module, type, version }) => `${module}/${type}.v${version}`));
    expect(contracts.map(nameOf).filter((name) => !sampled.has(name))).toEqual([]);
  });

  it('carry nothing that their module declares sensitive', () => {
    const leaks = contracts.flatMap((published) => {
      const owner = declared.find(({ module }) => module === published.module);
      const sensitive = owner ? sensitiveFieldsOf(owner) : [];
      return propertyNamesIn(presentSchema(published.contract))
        .filter((name) => sensitive.includes(name))
        .map((name) => `${nameOf(published)} carries ${name}`);
    });
    expect(leaks).toEqual([]);
  });

  it('would be found out if they did', () => {
    const party = declared.find(({ module }) => module === 'party');
    const nested = { $defs: { Place: { properties: { registrationNumber: {} } } } };
    expect(propertyNamesIn(nested)).toEqual(['registrationNumber']);
    expect(party && sensitiveFieldsOf(party)).toContain('registrationNumber');
  });
});
