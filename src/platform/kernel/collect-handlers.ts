import type { DiscoveryService } from '@nestjs/core';
import type { ModuleDatabase } from '../database/module-database.js';
import { collectBackground } from '../jobs/collect-background.js';
import type { ModuleRegistration } from '../jobs/registrations.js';
import type { Declaration } from '../ownership/declaration.js';
import type { Policy } from '../policy/policy.js';
import type { CommandRoute } from '../messaging/bus.js';
import type { Registration } from '../messaging/delivery.js';
import type { RequestContract } from '../messaging/envelope.js';
import {
  ANSWERS,
  BOUNDED_CONTEXT,
  CARRIES_OUT,
  PROJECTION,
  REACTION,
  type CommandHandler,
  type ProjectionHandler,
  type ProjectionOptions,
  type QuestionHandler,
} from '../messaging/handlers.js';
import { disagreements } from '../messaging/disagreements.js';
import type { Work } from '../messaging/work.js';

export interface Handlers {
  consumers: Registration[];
  background: ModuleRegistration[];
  questions: Map<string, QuestionHandler>;
  commands: Map<string, CommandRoute>;
}

/** Declarations and code do not agree: the application refuses to start. All of it is said at once. */
export class BootRefused extends Error {
  constructor(readonly reasons: readonly string[]) {
    super(`The declarations and the code do not agree:\n${reasons.map((reason) => `- ${reason}`).join('\n')}`);
  }
}

/**
 * Finds every handler in the modules that are loaded.
 * @throws BootRefused when a handler is undeclared, a declaration is not handled, or a subscription differs
 */
export function collectHandlers(
  discovery: DiscoveryService,
  declarations: readonly Declaration[],
  databases: ReadonlyMap<string, ModuleDatabase>,
  works: ReadonlyMap<string, Work>,
): Handlers {
  const { background, found } = collectBackground(discovery, databases, works);
  const handlers: Handlers = { consumers: [], background, questions: new Map(), commands: new Map() };
  for (const { instance, metatype, host } of discovery.getProviders()) {
    if (!metatype || !instance) continue;
    const module = [...databases].find(([name]) => Reflect.getMetadata(BOUNDED_CONTEXT, host?.metatype ?? {}) === name);
    if (!module) continue;
    const [name, database] = module;
    const work = works.get(name);
    if (!work) continue;
    const read = (key: string): unknown => Reflect.getMetadata(key, metatype);

    for (const [key, kind] of [
      [PROJECTION, 'projection'],
      [REACTION, 'reaction'],
    ] as const) {
      const options = read(key) as ProjectionOptions | undefined;
      if (!options) continue;
      const handler = instance as ProjectionHandler;
      const starts = kind === 'reaction' ? database.declaration.reactions[options.name]?.starts : undefined;
      const registration = { name: `${name}.${options.name}`, kind, options, handler, database, work };
      handlers.consumers.push({ ...registration, ...(starts && { starts }) });
      found.push({ module: name, kind, name: options.name, consumes: options.consumes });
    }
    const question = read(ANSWERS) as RequestContract | undefined;
    if (question) {
      handlers.questions.set(question.type, instance as QuestionHandler);
      found.push({ module: name, kind: 'answers', name: question.type, consumes: [] });
    }
    const command = read(CARRIES_OUT) as { contract: RequestContract; policy: Policy } | undefined;
    if (command) {
      handlers.commands.set(command.contract.type, { ...command, handler: instance as CommandHandler, work });
      found.push({ module: name, kind: 'carries out', name: command.contract.type, consumes: [] });
    }
  }
  const loaded = declarations.filter(({ module }) => works.has(module));
  const reasons = disagreements(loaded, declarations, found);
  if (reasons.length > 0) throw new BootRefused(reasons);
  return handlers;
}
