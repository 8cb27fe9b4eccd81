import type { LoggerService } from '@nestjs/common';
import { pino, type DestinationStream, type Logger } from 'pino';
import { maybeCurrentCall } from '../base/context.js';
import { framesOf } from './frames.js';

/**
 * JSON lines. An unexpected error is logged by its kind, code and stack only: the message of a database error may
 * quote a row.
 */
export class Log implements LoggerService {
  readonly pino: Logger;

  constructor(level: string, destination?: DestinationStream) {
    const options = {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      mixin: () => {
        const call = maybeCurrentCall();
        return call ? { correlationId: call.correlationId, commandId: call.commandId } : {};
      },
    };
    this.pino = destination ? pino(options, destination) : pino(options);
  }

  log(message: string, context?: string): void {
    this.pino.info({ context }, message);
  }

  warn(message: string, context?: string): void {
    this.pino.warn({ context }, message);
  }

  debug(message: string, context?: string): void {
    this.pino.debug({ context }, message);
  }

  verbose(message: string, context?: string): void {
    this.pino.trace({ context }, message);
  }

  error(message: string, stack?: string, context?: string): void {
    this.pino.error({ context, stack }, message);
  }

  fatal(message: string, context?: string): void {
    this.pino.fatal({ context }, message);
  }

  fault(message: string, error: Error): void {
    const { code } = error as { code?: string };
    this.pino.error({ error: error.name, code, frames: framesOf(error) }, message);
  }
}
