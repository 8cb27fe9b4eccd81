import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import type { Page } from '../../platform/http/page.js';
import { PathPart } from '../../platform/http/path-part.js';
import type { Answer } from '../../platform/messaging/answer.js';
import { RELAY } from '../../platform/kernel/delivery-control.js';
import { Allow } from '../../platform/policy/policy.js';
import { ChangeDelivery, Reason } from './change-delivery.js';
import { operationsPolicies } from './operations.policies.js';
import { RebuildProjection, RebuildRequest } from './rebuild-projection.js';
import { DEAD_LETTER_ID, ResolveDeadLetter } from './resolve-dead-letter.js';
import {
  DeadLetterQuery,
  WatchDelivery,
  type ConsumerView,
  type RelayView,
  type DeadLetterView,
} from './watch-delivery.js';

/** `<module>.<name>`. */
const CONSUMER = /^[a-z0-9-]+\.[a-z0-9-]+$/;
/** The module may be left out where only one has it. */
const PROJECTION = /^([a-z0-9-]+\.)?[a-z0-9-]+$/;

@Controller('operations')
export class OperationsController {
  constructor(
    private readonly watch: WatchDelivery,
    private readonly changeDelivery: ChangeDelivery,
    private readonly resolveDeadLetter: ResolveDeadLetter,
    private readonly rebuildProjection: RebuildProjection,
  ) {}

  /** Whether events are delivered. And how far behind delivery is. */
  @Get('relay')
  @Allow(operationsPolicies.readRelay)
  relay(): Promise<RelayView> {
    return this.watch.relay();
  }

  /** Pauses all delivery. It is in force before it is answered; commands go on. */
  @Post('relay/pause')
  @HttpCode(200)
  @Allow(operationsPolicies.pauseRelay)
  pauseRelay(@Body() body: Reason): Promise<Answer> {
    return this.changeDelivery.run(RELAY, true, body);
  }

  /** Resumes delivery. */
  @Post('relay/resume')
  @HttpCode(200)
  @Allow(operationsPolicies.resumeRelay)
  resumeRelay(@Body() body: Reason): Promise<Answer> {
    return this.changeDelivery.run(RELAY, false, body);
  }

  /** Every consumer of events. Its lag, and how many events wait, are parked or are dead. */
  @Get('consumers')
  @Allow(operationsPolicies.listConsumers)
  consumers(): Promise<Page<ConsumerView>> {
    return this.watch.consumers();
  }

  /** One consumer of events. It says how far the consumer is, and how many events wait or are dead letters. */
  @Get('consumers/:name')
  @Allow(operationsPolicies.readConsumer)
  consumer(@PathPart('name', CONSUMER) name: string): Promise<ConsumerView> {
    return this.watch.consumer(name);
  }

  /** Pauses one consumer. It is in force before it is answered; all others go on. */
  @Post('consumers/:name/pause')
  @HttpCode(200)
  @Allow(operationsPolicies.pauseConsumer)
  pauseConsumer(@PathPart('name', CONSUMER) name: string, @Body() body: Reason): Promise<Answer> {
    return this.changeDelivery.run(name, true, body);
  }

  /** Resumes one consumer. */
  @Post('consumers/:name/resume')
  @HttpCode(200)
  @Allow(operationsPolicies.resumeConsumer)
  resumeConsumer(@PathPart('name', CONSUMER) name: string, @Body() body: Reason): Promise<Answer> {
    return this.changeDelivery.run(name, false, body);
  }

  /**
   * Makes the rows of a projection anew from the log. Readers see the old rows until the new ones are whole. With
   * `key`, the rows of one case or party alone.
   */
  @Post('projections/:name/rebuild')
  @HttpCode(202)
  @Allow(operationsPolicies.rebuildProjection)
  rebuild(@PathPart('name', PROJECTION) name: string, @Body() body: RebuildRequest): Promise<Answer> {
    return this.rebuildProjection.run(name, body);
  }

  /** Events whose last attempt has failed. Their contents are not shown, only what identifies them. */
  @Get('dead-letters')
  @Allow(operationsPolicies.listDeadLetters)
  deadLetters(@Query() query: DeadLetterQuery): Promise<Page<DeadLetterView>> {
    return this.watch.deadLetters(query);
  }

  /** Tries a dead letter again, with a reason. */
  @Post('dead-letters/:deadLetterId/retry')
  @HttpCode(200)
  @Allow(operationsPolicies.retryDeadLetter)
  retry(@PathPart('deadLetterId', DEAD_LETTER_ID) deadLetterId: string, @Body() body: Reason): Promise<Answer> {
    return this.resolveDeadLetter.run(deadLetterId, 'RETRY', body);
  }

  /** Discards a dead letter, with a reason. Later events of its key go on. */
  @Post('dead-letters/:deadLetterId/discard')
  @HttpCode(200)
  @Allow(operationsPolicies.discardDeadLetter)
  discard(@PathPart('deadLetterId', DEAD_LETTER_ID) deadLetterId: string, @Body() body: Reason): Promise<Answer> {
    return this.resolveDeadLetter.run(deadLetterId, 'DISCARD', body);
  }
}
