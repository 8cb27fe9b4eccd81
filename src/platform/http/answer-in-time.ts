import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { unavailable } from './problem.filter.js';
import { sendProblem } from './problem.js';
import { streamedPart } from './streams.js';

/**
 * Answers with a problem when a request that has arrived takes longer than this. What it began goes on: a command is
 * committed as a whole or not at all, and a repeat under its key is told which. Fastify's own `handlerTimeout` is never
 * due for a request with a body (fastify pull request 6725).
 */
export function answerInTime(app: NestFastifyApplication, timeoutMs: number): void {
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('preHandler', (request, reply, done) => {
      // How long these take is for their size to say; they may not stand still.
      if (streamedPart(request)) {
        done();
        return;
      }
      const timer = setTimeout(() => {
        if (!reply.sent) sendProblem(unavailable('This took too long.'), request, reply);
      }, timeoutMs);
      reply.raw.once('close', () => {
        clearTimeout(timer);
      });
      done();
    });
}
