import type { Call } from '../../../src/platform/base/context.js';
import type { Answer } from '../../../src/platform/messaging/answer.js';
import type { UnitOfWork } from '../../../src/platform/messaging/unit-of-work.js';
import type { Work } from '../../../src/platform/messaging/work.js';
import { asOfficer } from './caller.js';
import { GadgetMade, GadgetPainted, GadgetShelved } from './contracts.js';
import { Gadget } from './gadget.js';

export const note = (action: string, gadget: Gadget): Parameters<UnitOfWork['audit']>[0] => ({
  eventType: `${action}Audit`,
  action,
  subject: { gadgetId: gadget.gadgetId },
  subjectVersion: gadget.version,
});

/** Stages a new gadget with its event and its audit note. */
export function stageGadget(tx: UnitOfWork, name: string, number: string | null = null): Gadget {
  const gadget = Gadget.of(name, number);
  tx.add(gadget);
  tx.publish(gadget, GadgetMade, { gadgetId: gadget.gadgetId, name });
  tx.audit(note('GADGET_MADE', gadget));
  return gadget;
}

export function stagePaint(tx: UnitOfWork, gadget: Gadget, colour: string): void {
  gadget.colour = colour;
  tx.publish(gadget, GadgetPainted, { gadgetId: gadget.gadgetId, colour });
}

export interface Body {
  gadgetId: string;
  version: number;
  publishedEventId: string;
}

export const bodyOf = ({ body }: Answer): Body => JSON.parse(body) as Body;

export async function make(work: Work, name: string): Promise<Body> {
  const answer = await asOfficer(() =>
    work.run((tx) => {
      const gadget = stageGadget(tx, name);
      return { status: 201, body: { gadgetId: gadget.gadgetId }, of: gadget };
    }),
  );
  return bodyOf(answer);
}

export const paint = (work: Work, gadgetId: string, colour: string, call: Partial<Call> = {}): Promise<Answer> =>
  asOfficer(
    () =>
      work.run(async (tx) => {
        const gadget = await tx.loadExpected(Gadget, gadgetId);
        stagePaint(tx, gadget, colour);
        tx.audit(note('GADGET_PAINTED', gadget));
        return { body: { gadgetId }, of: gadget };
      }),
    call,
  );

export const shelve = (work: Work, gadgetId: string): Promise<Answer> =>
  asOfficer(() =>
    work.run(async (tx) => {
      const gadget = await tx.load(Gadget, gadgetId);
      tx.publish(gadget, GadgetShelved, { gadgetId });
      tx.audit(note('GADGET_SHELVED', gadget));
      return { body: { gadgetId }, of: gadget };
    }),
  );
