import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Kernel } from '../kernel/kernel.js';
import { consumersOf, type Declaration } from '../ownership/declaration.js';
import { headersOf, messageNameOf, type DeclaredEvent } from './asyncapi-message.js';
import type { JsonSchema } from './class-rules.js';
import { contractOf, readEventContracts, type PublishedContract } from './event-contracts.js';
import { JsonSchemas } from './json-schemas.js';
import { API_PREFIX } from '../policy/prefix.js';

const DESCRIPTION = `What the modules tell each other. A topic is named for the module that publishes to it. Delivery is at least
once and in order for each aggregate; a consumer passes over ids that it has seen. Within a version only optional
properties are added: pass over what you do not know.`;

/** Serves the description of the events as AsyncAPI 3. */
export function describeEvents(app: NestFastifyApplication): void {
  let description: Promise<string> | undefined;
  const http = app.getHttpAdapter();
  http.get(`/${API_PREFIX}/asyncapi.json`, async (_: FastifyRequest, reply: FastifyReply) => {
    description ??= asyncApiOf(app).then((document) => JSON.stringify(document));
    await reply.type('application/json').send(await description);
  });
}

/** The description follows from the declarations of the modules that are loaded, and from the contracts' classes. */
export async function asyncApiOf(app: NestFastifyApplication): Promise<JsonSchema> {
  const kernel = app.get(Kernel);
  const loaded = kernel.foundation.declarations.filter(({ module }) => kernel.workOf(module) !== undefined);
  return describe(loaded, await readEventContracts(), kernel.foundation.declarations);
}

const eventsOf = (declaration: Declaration, all: readonly Declaration[]): DeclaredEvent[] =>
  Object.entries(declaration.published_events).map(([type, { version, classification }]) => ({
    producer: declaration.module,
    type,
    version,
    classification,
    consumers: consumersOf(declaration, type, all),
  }));

const messageIn = (channel: string, event: { type: string; version: number }): JsonSchema => ({
  $ref: `#/channels/${channel}/messages/${messageNameOf(event)}`,
});

function describe(
  declarations: readonly Declaration[],
  contracts: readonly PublishedContract[],
  all: readonly Declaration[],
): JsonSchema {
  const schemas = new JsonSchemas('#/components/schemas/', false);
  const channels: Record<string, JsonSchema> = {};
  const operations: Record<string, JsonSchema> = {};
  for (const declaration of declarations) {
    const { module } = declaration;
    const events = eventsOf(declaration, all);
    if (events.length > 0) {
      const messages = events.map((event) => {
        const payload = schemas.refTo(contractOf(contracts, module, event.type, event.version));
        return [messageNameOf(event), messageOf(event, payload)] as const;
      });
      channels[module] = { address: module, messages: Object.fromEntries(messages) };
      operations[`${module}_publishes`] = {
        action: 'send',
        channel: { $ref: `#/channels/${module}` },
        messages: events.map((event) => messageIn(module, event)),
      };
    }
  }
  for (const { module, consumed_events: consumed } of declarations)
    for (const channel of Object.keys(channels)) {
      const messages = Object.entries(consumed)
        .filter(([, { from }]) => from === channel)
        .map(([type, { version }]) => messageIn(channel, { type, version }));
      if (messages.length > 0)
        operations[`${module}_follows_${channel}`] = {
          action: 'receive',
          channel: { $ref: `#/channels/${channel}` },
          messages,
        };
    }
  return {
    asyncapi: '3.0.0',
    info: { title: 'Remit events', version: '1', description: DESCRIPTION, license: { name: 'Apache-2.0' } },
    defaultContentType: 'application/json',
    channels,
    operations,
    components: { schemas: schemas.schemas },
  };
}

function messageOf(event: DeclaredEvent, payload: JsonSchema): JsonSchema {
  const { type, version, classification, consumers } = event;
  return {
    name: type,
    title: `${type}, version ${version}`,
    headers: headersOf(event),
    payload,
    correlationId: { location: '$message.header#/correlationId' },
    tags: [{ name: classification }],
    'x-remit-version': version,
    'x-remit-classification': classification,
    'x-remit-consumers': consumers,
  };
}
