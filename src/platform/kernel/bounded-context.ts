import { Module, type ModuleMetadata, type Provider, type Type } from '@nestjs/common';
import type { ObjectLiteral } from 'typeorm';
import { Clock } from '../base/clock.js';
import { ModuleDatabase } from '../database/module-database.js';
import { Kernel } from './kernel.js';
import { Bus } from '../messaging/bus.js';
import { BOUNDED_CONTEXT } from '../messaging/handlers.js';
import { Work } from '../messaging/work.js';
import { ReadModels } from '../projections/read-models.js';

export interface BoundedContextOptions {
  /** As in the module's `ownership.yaml`. */
  name: string;
  entities: Type<ObjectLiteral>[];
  controllers: Type[];
  /** Use cases, reactions, projections, and handlers of questions and commands. */
  providers: Provider[];
}

/**
 * Makes a Nest module of a bounded context: its own database connections, its own way to write, its own end of the
 * bus. None of it is exported, so that no module can be handed another's.
 */
export const BoundedContext =
  (options: BoundedContextOptions): ClassDecorator =>
  (target) => {
    for (const each of [target, ...options.controllers]) Reflect.defineMetadata(BOUNDED_CONTEXT, options.name, each);
    Module(metadataOf(options))(target);
  };

function metadataOf({ name, entities, controllers, providers }: BoundedContextOptions): ModuleMetadata {
  return {
    controllers,
    providers: [
      ...providers,
      {
        provide: ModuleDatabase,
        inject: [Kernel],
        useFactory: (kernel: Kernel) => kernel.openDatabase(name, entities),
      },
      {
        provide: Work,
        inject: [Kernel, ModuleDatabase, Clock],
        useFactory: (kernel: Kernel, database: ModuleDatabase) => kernel.workFor(database),
      },
      { provide: Bus, inject: [Kernel], useFactory: (kernel: Kernel) => kernel.busFor(name) },
      {
        provide: ReadModels,
        inject: [Kernel, ModuleDatabase],
        useFactory: (kernel: Kernel, database: ModuleDatabase) => kernel.readModelsFor(database),
      },
    ],
  };
}
