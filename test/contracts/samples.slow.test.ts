import { beforeAll, describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { contractOf, readEventContracts, type PublishedContract } from '../../src/platform/http/event-contracts.js';
import { checkInput } from '../../src/platform/messaging/check-input.js';
import { AUDIT_EVENT } from '../../src/platform/messaging/envelope.js';
import { startApplication } from '../support/application.js';
import { asServerAdministrator } from '../support/database.js';
import { readSamples, type FrozenSample } from '../support/frozen-samples.js';
import { frozenSchema } from './event-schema.js';

describe('a frozen sample', () => {
  let contracts: PublishedContract[];
  beforeAll(async () => {
    contracts = await readEventContracts();
  });
  const samples = readSamples().filter(({ module }) => module !== 'platform');
  const contractFor = ({ module, type, version }: FrozenSample): PublishedContract['contract'] =>
    contractOf(contracts, module, type, version);

  it.each(samples.map((sample) => [sample.file, sample] as const))(
    '%s is what its contract says, and no more',
    (_, sample) => {
      const contract = contractFor(sample);
      expect(checkInput(contract, sample.payload)).toEqual(sample.payload);
      const more = { ...(sample.payload as object), more: 1 };
      expect(() => checkInput(contract, more)).toThrow('more: This field is not known here');
    },
  );

  it.each(samples.map((sample) => [sample.file, sample] as const))(
    '%s meets the frozen schema, and without one of its required properties does not',
    (_, sample) => {
      const schema = frozenSchema({ module: sample.module, contract: contractFor(sample) }) ?? {};
      const isValid = new Ajv2020({ validateFormats: false }).compile(schema);
      expect([isValid(sample.payload), isValid.errors]).toEqual([true, null]);
      const [missing = ''] = schema.required as string[];
      const { [missing]: __, ...less } = sample.payload as Record<string, unknown>;
      expect(isValid(less)).toBe(false);
    },
  );

  it('of an audit record has the members that a command stages', async () => {
    const remit = await startApplication();
    try {
      await remit.as('intake_ines').post('/parties', { kind: 'PERSON', legalName: 'Ewa Lindqvist' });
      const [staged] = await asServerAdministrator(async (admin) => {
        const { rows } = await admin.query<{ payload: object }>(
          'SELECT payload_json AS payload FROM bus.outbox_event WHERE event_type = $1',
          [AUDIT_EVENT],
        );
        return rows;
      }, remit.database.url);
      const sample = readSamples().find(({ type }) => type === AUDIT_EVENT);
      expect(Object.keys(sample?.payload as object).sort()).toEqual(Object.keys(staged?.payload ?? {}).sort());
    } finally {
      await remit.stop();
    }
  });
});
