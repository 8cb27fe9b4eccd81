import { Module, type ModuleMetadata, type Provider, type Type } from '@nestjs/common';
import { INJECTABLE_WATERMARK, PARAMTYPES_METADATA } from '@nestjs/common/constants.js';
import type { ObjectLiteral } from 'typeorm';
import { Clock } from '../base/clock.js';
import { isShared } from '../base/shared.js';
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
  /**
   * Reactions, projections, jobs, timers, handlers of questions and commands, and what acts at the start. What their
   * constructors and those of the controllers name is found by itself.
   */
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

/** The module's own injectable classes that these name in their constructors, and those that such classes name. */
function namedBy(classes: readonly Provider[], found = new Set<Type>()): Set<Type> {
  for (const each of classes) {
    if (typeof each !== 'function') continue;
    const named = (Reflect.getMetadata(PARAMTYPES_METADATA, each) ?? []) as unknown[];
    for (const type of named) {
      if (typeof type !== 'function' || found.has(type as Type) || isShared(type)) continue;
      if (!Reflect.hasMetadata(INJECTABLE_WATERMARK, type)) continue;
      found.add(type as Type);
      namedBy([type as Type], found);
    }
  }
  return found;
}

function metadataOf({ name, entities, controllers, providers }: BoundedContextOptions): ModuleMetadata {
  return {
    controllers,
    providers: [
      ...new Set([...providers, ...namedBy([...controllers, ...providers])]),
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
