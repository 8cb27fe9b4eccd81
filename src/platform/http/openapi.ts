import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { Kernel } from '../kernel/kernel.js';
import type { Declaration } from '../ownership/declaration.js';
import { describedAnswers } from './answers/described-answers.js';
import { JsonSchemas } from './json-schemas.js';
import * as shared from './openapi-components.js';
import { describeOperation } from './openapi-operation.js';
import { tagOf, tagsOf } from './openapi-tags.js';
import { API_PREFIX } from '../policy/prefix.js';
import { recordedSession, withExamples } from './recorded-examples.js';
import { routesOf } from './require-policies.js';

const DESCRIPTION = `Regulatory case management in which every business fact has exactly one owner.

Commands are POSTs to an intent. A command that changes what its path names needs \`If-Match\`; any command may carry
an \`Idempotency-Key\`. Errors are \`application/problem+json\`. Read models say how fresh they are, and
\`?waitForEventId=\` waits for a change to be in one.`;

/** Serves the description of the API as OpenAPI 3.1, and a page to browse it. */
export function describeApi(app: NestFastifyApplication): void {
  const { declarations } = app.get(Kernel).foundation;
  SwaggerModule.setup('api/docs', app, () => openApiOf(app, declarations), {
    jsonDocumentUrl: `${API_PREFIX}/openapi.json`,
    raw: ['json'],
    customSiteTitle: 'Remit API',
    // The page asks a validator on the internet for a badge unless it is told not to.
    swaggerOptions: { validatorUrl: null, tagsSorter: 'alpha', docExpansion: 'list' },
  });
}

/** The description follows from the routes, their policies and the checks on what they take: nothing is told twice. */
export function openApiOf(app: NestFastifyApplication, declarations: readonly Declaration[]): OpenAPIObject {
  const builder = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Remit')
    .setDescription(DESCRIPTION)
    .setVersion('1')
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addServer('/')
    .addBearerAuth({ type: 'http', bearerFormat: 'JWT', description: 'Audience remit.' }, 'remit');
  // A scheme that no operation takes would only be a riddle.
  if (routesOf(app).some(({ policy }) => policy?.audience === 'portal'))
    builder.addBearerAuth({ type: 'http', bearerFormat: 'JWT', description: 'Audience portal.' }, 'portal');
  for (const { name, description } of tagsOf(declarations)) builder.addTag(name, description);
  const idOf = (controller: string, method: string): string => `${controller}.${method}`;
  const document = SwaggerModule.createDocument(app, builder.build(), { operationIdFactory: idOf });
  return describe(document, app, idOf, (module) => tagOf(module, declarations));
}

function describe(
  document: OpenAPIObject,
  app: NestFastifyApplication,
  idOf: (controller: string, method: string) => string,
  tag: (module: string | undefined) => string,
): OpenAPIObject {
  const routes = new Map(routesOf(app).map((route) => [idOf(route.controller, route.method), route]));
  const [answers, session] = [describedAnswers(), recordedSession()];
  const schemas = new JsonSchemas(
    '#/components/schemas/',
    true,
    { ...shared.schemas, ...answers.schemas },
    answers.comments,
  );
  const paths = Object.entries(document.paths).map(([path, item]) => {
    const operations = Object.entries(item as Record<string, Found>).map(([verb, { operationId }]) => {
      const route = routes.get(operationId);
      if (!route?.policy) throw new Error(`The route ${verb} ${path} is not known by its policy.`);
      const answer = answers.operations[operationId];
      if (!answer) throw new Error(`What ${operationId} answers was not read from its code: run npm run build.`);
      const operation = describeOperation({ ...route, policy: route.policy }, schemas, answer, tag);
      return [verb, withExamples(operation, session[String(operation.operationId)])] as const;
    });
    return [path, Object.fromEntries(operations)] as const;
  });
  const { securitySchemes } = document.components ?? {};
  const { parameters, headers, responses } = shared;
  return {
    ...document,
    paths: Object.fromEntries(paths),
    components: { securitySchemes, parameters, headers, responses, schemas: schemas.schemas },
  } as unknown as OpenAPIObject;
}

interface Found {
  operationId: string;
}
