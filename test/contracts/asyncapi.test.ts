import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { Kernel } from '../../src/platform/kernel/kernel.js';
import { startApplication, type TestApplication } from '../support/application.js';
import { frozenSamples } from '../support/frozen-samples.js';

interface Message {
  name: string;
  payload: object;
  headers: object;
  'x-remit-version': number;
  'x-remit-classification': string;
  'x-remit-consumers': string[];
}

interface Description {
  asyncapi: string;
  channels: Record<string, { address: string; messages: Record<string, Message> }>;
  operations: Record<string, { action: string; channel: { $ref: string }; messages: { $ref: string }[] }>;
  components: object;
}

describe('the description of the events', () => {
  let remit: TestApplication;
  let document: Description;
  let kernel: Kernel;
  beforeAll(async () => {
    remit = await startApplication();
    kernel = remit.app.get(Kernel);
    document = (await (await fetch(`${remit.baseUrl}/api/v1/asyncapi.json`)).json()) as Description;
  });
  afterAll(() => remit.stop());

  const loaded = () => kernel.foundation.declarations.filter(({ module }) => kernel.workOf(module) !== undefined);

  it('is valid AsyncAPI 3', () => {
    const path = createRequire(import.meta.url).resolve('@asyncapi/specs/schemas/3.0.0-without-$id.json');
    const isValid = new Ajv({ strict: false, validateFormats: false }).compile(
      JSON.parse(readFileSync(path, 'utf8')) as object,
    );
    isValid(document);
    expect(isValid.errors).toBeNull();
    expect(isValid({ ...document, channels: { party: { messages: 'all' } } })).toBe(false);
    expect(isValid({ ...document, info: {} })).toBe(false);
  });

  it('has every event that a loaded module publishes, with what its declaration says', () => {
    const documented = Object.values(document.channels).flatMap(({ address, messages }) =>
      Object.values(messages).map((message) => ({
        topic: address,
        type: message.name,
        version: message['x-remit-version'],
        classification: message['x-remit-classification'],
        consumers: message['x-remit-consumers'],
      })),
    );
    const consuming = (type: string): string[] =>
      kernel.foundation.declarations.flatMap(({ module, consumed_events }) => (type in consumed_events ? module : []));
    const wanted = loaded().flatMap(({ module, published_events: events }) =>
      Object.entries(events).map(([type, declared]) => ({
        topic: module,
        type,
        ...declared,
        consumers: consuming(type),
      })),
    );
    expect(wanted.length).toBeGreaterThan(9);
    expect(documented).toEqual(wanted);
  });

  it('says who publishes and who follows what', () => {
    const follows = loaded().flatMap(({ module, consumed_events: events }) =>
      Object.entries(events)
        .filter(([, { from }]) => from in document.channels)
        .map(([type, { from, version }]) => `${module} follows ${from}/${type}.v${version}`),
    );
    const documented = Object.entries(document.operations)
      .filter(([, { action }]) => action === 'receive')
      .flatMap(([name, { messages }]) =>
        messages.map(({ $ref }) => {
          const [, , channel, , message] = $ref.split('/');
          return `${name.split('_follows_')[0] ?? ''} follows ${channel ?? ''}/${message ?? ''}`;
        }),
      );
    expect(documented.sort()).toEqual(follows.sort());
    expect(document.operations.party_publishes).toMatchObject({
      action: 'send',
      channel: { $ref: '#/channels/party' },
    });
  });

  it('describes what really is in the log: every frozen sample meets the payload and the headers of its message', () => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    ajv.addSchema({ $id: 'asyncapi', ...document }, undefined, false, false);
    const samples = frozenSamples().filter(({ topic }) => topic in document.channels);
    expect(samples.length).toBeGreaterThan(9);
    for (const { payload, ...headers } of samples) {
      const { topic, eventType, eventVersion } = headers;
      const message = `asyncapi#/channels/${topic}/messages/${eventType}.v${eventVersion}`;
      const isValid = ajv.compile({
        properties: { payload: { $ref: `${message}/payload` }, headers: { $ref: `${message}/headers` } },
      });
      expect([eventType, isValid({ payload, headers }), isValid.errors]).toEqual([eventType, true, null]);
      expect(isValid({ payload, headers: { ...headers, producer: 'somebody else' } })).toBe(false);
      expect(isValid({ payload: {}, headers })).toBe(false);
    }
  });
});
