import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Get, Injectable, type Provider, type Type } from '@nestjs/common';
import { readConfiguration } from '../../src/casework/configuration.js';
import { createServer } from '../../src/platform/http/create-server.js';
import { Job, Timer } from '../../src/platform/jobs/handlers.js';
import { BootRefused } from '../../src/platform/kernel/collect-handlers.js';
import { Answers, CarriesOut, Projection, Reaction } from '../../src/platform/messaging/handlers.js';
import type { Declaration } from '../../src/platform/ownership/declaration.js';
import { Log } from '../../src/platform/telemetry/log.js';
import { applicationOf, boot, contextOf, MIRROR, PROBE } from '../support/probe/contexts.js';
import { GadgetMade, GadgetPainted, GadgetShelved, GetGadget, MakeGadget } from '../support/probe/contracts.js';
import { probeDeclarations } from '../support/probe/declarations.js';
import { ProbeDatabase } from '../support/probe/probe-database.js';
import { GadgetList } from '../support/probe/handlers.js';

/** A class that only carries a decorator. */
function decorated(decorator: ClassDecorator): Type {
  @Injectable()
  class Handler {}
  decorator(Handler);
  return Handler;
}

describe('the start of the application', () => {
  let database: ProbeDatabase;
  beforeAll(async () => {
    database = await ProbeDatabase.clone();
  });
  afterAll(() => database.drop());

  const application = (
    { probe = PROBE, mirror = MIRROR }: { probe?: Provider[]; mirror?: Provider[] },
    change: (declarations: Record<string, Declaration>) => void = () => undefined,
  ): Type => {
    const declarations = structuredClone(probeDeclarations());
    change(Object.fromEntries(declarations.map((declaration) => [declaration.module, declaration])));
    const contexts = [contextOf('probe', probe), contextOf('mirror', mirror)];
    return applicationOf(database.database, contexts, declarations);
  };

  async function reasons(...given: Parameters<typeof application>): Promise<readonly string[]> {
    try {
      await (await boot(application(...given))).close();
    } catch (error) {
      if (error instanceof BootRefused) return error.reasons;
      throw error;
    }
    return [];
  }

  it('succeeds when the declarations and the code agree', async () => {
    expect(await reasons({})).toEqual([]);
  });

  it('is refused when code does what nobody declared', async () => {
    const mirror = [
      ...MIRROR,
      decorated(Projection({ name: 'secret-list', consumes: [] })),
      decorated(Reaction({ name: 'secret-echoes', consumes: [] })),
      decorated(Answers(GetGadget)),
      decorated(CarriesOut(MakeGadget, { endpoint: 'POST /x', roles: 'PUBLIC' })),
      decorated(Job({ name: 'secret-job' })),
      decorated(Timer({ name: 'secret-timer' })),
    ];
    expect(await reasons({ mirror })).toEqual([
      'mirror has projection secret-list in its code, but does not declare it.',
      'mirror has reaction secret-echoes in its code, but does not declare it.',
      'mirror has answers GetGadget in its code, but does not declare it.',
      'mirror has carries out MakeGadget in its code, but does not declare it.',
      'mirror has job secret-job in its code, but does not declare it.',
      'mirror has timer secret-timer in its code, but does not declare it.',
    ]);
  });

  it('is refused when nothing does what was declared', async () => {
    expect(await reasons({ probe: [], mirror: [] })).toEqual([
      'mirror declares projection gadget-list, but no code does it.',
      'mirror declares reaction echoes, but no code does it.',
      'mirror declares answers GetEchoes, but no code does it.',
      'mirror declares carries out Resound, but no code does it.',
      'probe declares answers GetGadget, but no code does it.',
      'probe declares carries out MakeGadget, but no code does it.',
      'probe declares job make-gadgets, but no code does it.',
      'probe declares job tidy-gadgets, but no code does it.',
      'probe declares timer shelve-gadget, but no code does it.',
      'probe declares timer count-gadget, but no code does it.',
    ]);
  });

  it('is refused when two handlers have one name', async () => {
    const again = decorated(Projection({ name: 'gadget-list', consumes: [GadgetMade, GadgetPainted] }));
    expect(await reasons({ mirror: [...MIRROR, again] })).toEqual([
      'mirror has projection gadget-list twice in its code.',
    ]);
  });

  it('is refused when a subscription differs from its declaration', async () => {
    const list = decorated(Projection({ name: 'gadget-list', consumes: [GadgetMade, GadgetShelved] }));
    expect(await reasons({ mirror: [...MIRROR.filter((each) => each !== GadgetList), list] })).toEqual([
      'mirror.gadget-list declares that it consumes GadgetPainted@1, but does not handle it.',
      'mirror.gadget-list handles GadgetShelved@1, but does not declare it.',
    ]);
  });

  it('is refused when a handler takes another version than was declared', async () => {
    const list = decorated(
      Projection({ name: 'gadget-list', consumes: [GadgetMade, { ...GadgetPainted, version: 2 }] }),
    );
    expect(await reasons({ mirror: [...MIRROR.filter((each) => each !== GadgetList), list] })).toEqual([
      'mirror.gadget-list declares that it consumes GadgetPainted@1, but does not handle it.',
      'mirror.gadget-list handles GadgetPainted@2, but does not declare it.',
    ]);
  });

  it('is refused when nobody publishes what is consumed, or not this version, or not for this module', async () => {
    const found = await reasons({}, ({ probe }) => {
      if (!probe) return;
      const { GadgetMade: made, GadgetPainted: painted } = probe.published_events;
      if (made) made.version = 2;
      if (painted) Object.assign(painted, { classification: 'RESTRICTED', consumers: ['probe'] });
      delete probe.published_events.GadgetShelved;
    });
    expect(found).toEqual([
      'mirror consumes GadgetMade@1, but probe publishes version 2.',
      'probe does not name mirror as a consumer of GadgetPainted.',
      'mirror consumes GadgetShelved from probe, which does not publish it.',
    ]);
  });

  it('is refused when a question leads back to itself through another module', async () => {
    const found = await reasons({}, ({ probe, mirror }) => {
      probe?.asks.GetEchoes?.by.push('GetGadget');
      mirror?.asks.GetGadget?.by.push('GetEchoes');
    });
    expect(found).toEqual([
      'These questions and commands lead back to themselves: mirror.GetEchoes → probe.GetGadget → mirror.GetEchoes.',
    ]);
  });

  it('is refused when four questions and commands lead to each other', async () => {
    const found = await reasons({}, ({ probe, mirror }) => {
      mirror?.asks.GetGadget?.by.push('Resound');
      mirror?.exposed_queries.push('GetLast');
      if (probe) probe.asks.GetLast = { of: 'mirror', deadline_ms: 1, by: ['GetGadget'] };
    });
    expect(found.at(-1)).toBe(
      'At most three questions and commands may lead to each other: ' +
        'probe.MakeGadget → mirror.Resound → probe.GetGadget → mirror.GetLast.',
    );
  });

  it('is refused with all reasons in one message', async () => {
    const failure = await boot(application({ probe: [], mirror: [] })).catch((error: unknown) => error as Error);
    expect((failure as Error).message.split('\n')).toHaveLength(11);
  });

  it('is refused when a route has no policy, and names it', async () => {
    @Controller('open')
    class OpenController {
      @Get()
      everything(): string {
        return 'everything';
      }
    }
    const context = contextOf('mirror', MIRROR, [OpenController]);
    const server = createServer(applicationOf(database.database, [context]), readConfiguration({}), new Log('silent'));
    await expect(server).rejects.toThrow('These routes declare no policy: OpenController.everything.');
  });
});
