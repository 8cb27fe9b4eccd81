import { Injectable } from '@nestjs/common';
import { IsOptional, IsString, Length } from 'class-validator';
import { Clock } from '../../platform/base/clock.js';
import type { Page } from '../../platform/http/page.js';
import {
  DeliveryControl,
  RELAY,
  type DeadLetter,
  type ConsumerState,
  type Stop,
} from '../../platform/kernel/delivery-control.js';
import { refuse } from '../../platform/base/refusal.js';

export class DeadLetterQuery {
  /** Of this consumer alone, such as reporting.case-dossier. */
  @IsOptional()
  @IsString()
  @Length(1, 200)
  consumer?: string;
}

type Paused = Pick<Stop, 'reason' | 'changedBy' | 'changedAt'>;

export type ConsumerView = Omit<ConsumerState, 'watermark'> & {
  status: 'RUNNING' | 'PAUSED';
  pausedBecause: Paused | null;
  watermark: Date | null;
  /** Seconds by which the consumer may be behind now; null when it has never run. */
  lagSeconds: number | null;
};

export interface RelayView {
  status: 'RUNNING' | 'PAUSED';
  pausedBecause: Paused | null;
  /** The largest lag of any consumer, in seconds. */
  oldestPendingAgeSeconds: number;
  waiting: number;
  dead: number;
}

/** The state of delivery, for operators and supervisors. */
export type DeadLetterView = Omit<DeadLetter, 'relatedKey'> & {
  deadLetterId: string;
  /** The case that the event concerns. */
  caseId: string | null;
};

@Injectable()
export class WatchDelivery {
  constructor(
    private readonly control: DeliveryControl,
    private readonly clock: Clock,
  ) {}

  async relay(): Promise<RelayView> {
    const [{ data }, stops] = await Promise.all([this.consumers(), this.control.stops()]);
    return {
      ...stateOf(RELAY, stops),
      oldestPendingAgeSeconds: Math.max(0, ...data.map(({ lagSeconds }) => lagSeconds ?? 0)),
      waiting: data.reduce((sum, { waiting }) => sum + waiting, 0),
      dead: data.reduce((sum, { dead }) => sum + dead, 0),
    };
  }

  async consumers(): Promise<Page<ConsumerView>> {
    const [states, stops] = await Promise.all([this.control.consumerStates(), this.control.stops()]);
    const now = this.clock.now().getTime();
    const data = states.map((state) => ({
      ...state,
      ...stateOf(state.consumer, stops),
      lagSeconds: state.watermark && Math.max(0, Math.round((now - state.watermark.getTime()) / 10) / 100),
    }));
    return { data: data.sort((a, b) => a.consumer.localeCompare(b.consumer)), nextCursor: null };
  }

  /** @throws NOT_FOUND when there is no such consumer */
  async consumer(name: string): Promise<ConsumerView> {
    const found = (await this.consumers()).data.find(({ consumer }) => consumer === name);
    if (!found) throw refuse.NOT_FOUND('There is no such consumer.');
    return found;
  }

  async deadLetters({ consumer }: DeadLetterQuery): Promise<Page<DeadLetterView>> {
    const letters = await this.control.deadLetters(consumer);
    const data = letters.map(({ relatedKey: caseId, ...letter }) => ({
      deadLetterId: `${letter.consumer}:${letter.eventId}`,
      caseId,
      ...letter,
    }));
    return { data, nextCursor: null };
  }
}

function stateOf(name: string, stops: readonly Stop[]): Pick<RelayView, 'status' | 'pausedBecause'> {
  const stop = stops.find((each) => each.name === name && each.paused);
  if (!stop) return { status: 'RUNNING', pausedBecause: null };
  const { reason, changedBy, changedAt } = stop;
  return { status: 'PAUSED', pausedBecause: { reason, changedBy, changedAt } };
}
