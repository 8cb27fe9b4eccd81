import { Injectable, Module, type INestApplicationContext, type Provider, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CASEWORK } from '../../../src/casework/domain.js';
import { BoundedContext } from '../../../src/platform/kernel/bounded-context.js';
import { ModuleDatabase } from '../../../src/platform/database/module-database.js';
import { ServerBudgets } from '../../../src/platform/database/server-budgets.js';
import { DemoDirectory } from '../../../src/casework/identity/demo-directory.js';
import type { Answer } from '../../../src/platform/messaging/answer.js';
import {
  Answers,
  CarriesOut,
  type CommandHandler,
  type QuestionHandler,
} from '../../../src/platform/messaging/handlers.js';
import { Work } from '../../../src/platform/messaging/work.js';
import type { Declaration } from '../../../src/platform/ownership/declaration.js';
import { PlatformModule, type PlatformOptions } from '../../../src/platform/platform.module.js';
import { Log } from '../../../src/platform/telemetry/log.js';
import type { TestDatabase } from '../database.js';
import { BACKGROUND } from './background.js';
import { stageGadget } from './commands.js';
import { GetEchoes, GetGadget, MakeGadget, Resound } from './contracts.js';
import { probeDeclarations } from './declarations.js';
import { Echo } from './echo.js';
import { Gadget, GadgetNote } from './gadget.js';
import { EchoReaction, GadgetList, Interference } from './handlers.js';

/** What a test does to the owner of an answer. */
@Injectable()
export class OwnerInterference {
  before: () => Promise<void> | void = () => undefined;
}

@Injectable()
@Answers(GetGadget)
export class AnswerGadget implements QuestionHandler<GetGadget, { name: string } | null> {
  constructor(
    private readonly database: ModuleDatabase,
    private readonly interference: OwnerInterference,
  ) {}

  async answer({ gadgetId }: GetGadget): Promise<{ name: string } | null> {
    await this.interference.before();
    const found = await this.database.source.manager.findOneBy(Gadget, { gadgetId });
    return found && { name: found.name };
  }
}

@Injectable()
@CarriesOut(MakeGadget, { endpoint: 'POST /gadgets', roles: ['INTAKE_OFFICER'] })
export class MakeGadgetHandler implements CommandHandler<MakeGadget> {
  constructor(
    private readonly work: Work,
    private readonly interference: OwnerInterference,
  ) {}

  async carryOut({ name }: MakeGadget): Promise<Answer> {
    await this.interference.before();
    return this.work.run((tx) => {
      const gadget = stageGadget(tx, name);
      return { status: 201, body: { gadgetId: gadget.gadgetId }, of: gadget };
    });
  }
}

@Injectable()
@Answers(GetEchoes)
export class AnswerEchoes implements QuestionHandler<GetEchoes, { echoes: number }> {
  constructor(private readonly database: ModuleDatabase) {}

  async answer({ gadgetId }: GetEchoes): Promise<{ echoes: number }> {
    return { echoes: (await this.database.find(Echo, { gadgetId })).length };
  }
}

@Injectable()
@CarriesOut(Resound, { endpoint: 'POST /echoes', roles: ['INTAKE_OFFICER'] })
export class ResoundHandler implements CommandHandler<Resound> {
  constructor(private readonly work: Work) {}

  carryOut({ gadgetId }: Resound): Promise<Answer> {
    return this.work.run((tx) => {
      const echo = Echo.of(gadgetId, 0);
      tx.add(echo);
      tx.audit({ eventType: 'ResoundedAudit', action: 'RESOUND', subject: { gadgetId } });
      return { status: 201, body: { echoId: echo.echoId } };
    });
  }
}

export const PROBE = [AnswerGadget, MakeGadgetHandler, OwnerInterference, ...BACKGROUND];
export const MIRROR = [AnswerEchoes, GadgetList, EchoReaction, Interference, ResoundHandler];

/** A module of a bounded context, as one of ours is written, with these providers. */
export function contextOf(name: 'probe' | 'mirror', providers: Provider[], controllers: Type[] = []): Type {
  @BoundedContext({ name, entities: name === 'probe' ? [Gadget, GadgetNote] : [Echo], controllers, providers })
  class Context {}
  return Context;
}

/** An application of these modules on the probe's database. */
export function applicationOf(
  database: TestDatabase,
  modules: Type[],
  declarations: readonly Declaration[] = probeDeclarations(),
): Type {
  const verifier = { verify: () => Promise.reject(new Error('Nobody calls over HTTP here.')) };
  const foundation = {
    declarations,
    connections: database.connections,
    budgets: new ServerBudgets(() => 12),
    relatedBy: CASEWORK.relatedBy,
    alone: true,
  };
  const options: PlatformOptions = {
    foundation,
    verifier,
    directory: new DemoDirectory(),
    log: new Log('silent'),
  };
  @Module({ imports: [PlatformModule.with(options), ...modules] })
  class Application {}
  return Application;
}

/** @throws what stands against its start */
export const boot = (application: Type): Promise<INestApplicationContext> =>
  NestFactory.createApplicationContext(application, { logger: false, abortOnError: false });
