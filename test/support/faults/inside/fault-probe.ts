import type { AtPoint, FaultPoint } from '../../../../src/platform/database/fault-points.js';
import type { Transaction } from '../../../../src/platform/database/transaction.js';
import { Probe, type OpenedModules } from '../../../../src/platform/kernel/probe.js';
import type { Registration } from '../../../../src/platform/messaging/delivery.js';
import type { CrashPoint, Instructions } from '../crash-points.js';
import { breakages } from './breakages.js';
import { clientWith } from './broken-client.js';
import { report } from './channel.js';
import { observedProjection, observedReaction, observerOf } from './observed-effects.js';
import { reach } from './reach.js';

/** Signals its own process at the point that is armed, and records every effect and every move of an offset. */
export class FaultProbe extends Probe {
  constructor(private readonly instructions: Instructions) {
    super(instructions.broken && clientWith(breakages[instructions.broken]));
  }

  override reach(point: FaultPoint, { consumer = '', epoch, transaction }: AtPoint = {}): void {
    if (point === 'after the offset is refused') {
      report({ moved: consumer, done: false });
      return;
    }
    if (point === 'after the offset is moved') report({ moved: consumer, done: true });
    this.mayCrash(point, consumer);
    if (point === 'before the offset is moved')
      transaction?.send({
        text: 'INSERT INTO observed.move (consumer, epoch) VALUES ($1, $2)',
        values: [consumer, epoch],
      });
  }

  override async reachWritten(point: FaultPoint, transaction: Transaction): Promise<void> {
    // What was sent before it has been done: everything is written, nothing is committed.
    await transaction.query('SELECT 1');
    this.reach(point);
  }

  override consumersOf(modules: OpenedModules, registered: readonly Registration[]): readonly Registration[] {
    const observed = registered.map((each) =>
      each.kind === 'projection'
        ? observedProjection(each, (point) => {
            this.mayCrash(point, each.name);
          })
        : observedReaction(each),
    );
    const consumers = [...observed, observerOf(modules)];
    report({
      consumers: consumers.map(({ name, options }) => ({ name, events: options.consumes.map(({ type }) => type) })),
    });
    return consumers;
  }

  private mayCrash(point: CrashPoint, consumer: string): void {
    reach(point, this.instructions, consumer);
  }
}
