import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { refuse } from '../base/refusal.js';
import type { RemitRequest } from './request.js';

/** As long as a part of a path can be that stands for an identifier. */
const LONGEST_PARAMETER = 100;

/**
 * Answers what a path does not know by itself: `OPTIONS` with what it can do, and any other method with 405 and the
 * same; CORS, where it is configured, has added what a browser asks for by then. A path that nothing is at stays 404.
 */
export function answerMethods(app: NestFastifyApplication): void {
  const methods = new Map<string, Set<string>>();
  const server = app.getHttpAdapter().getInstance();
  server.addHook('onRoute', ({ url, method }) => {
    // Preflights of any path come in at one that is none.
    if (/^\/?\*$/.test(url)) return;
    const known = methods.get(url) ?? new Set();
    for (const each of [method].flat()) known.add(each);
    methods.set(url, known);
  });
  let patterns: [RegExp, ReadonlySet<string>][] = [];
  server.addHook('onReady', (done) => {
    patterns = [...methods].map(([url, known]) => [patternOf(url), known]);
    done();
  });
  server.addHook('onRequest', (request: RemitRequest, reply, done) => {
    const asks = request.method === 'OPTIONS';
    if (!request.is404 && !asks) {
      done();
      return;
    }
    const [path = ''] = request.url.split('?');
    const known = patterns.filter(([pattern]) => pattern.test(path)).flatMap(([, each]) => [...each]);
    if (known.length === 0) {
      done();
      return;
    }
    void reply.header('allow', [...new Set([...known, 'OPTIONS'])].sort().join(', '));
    if (asks) void reply.status(204).send();
    else done(refuse.METHOD_NOT_ALLOWED());
  });
}

/** The paths that a route's pattern stands for. */
const patternOf = (url: string): RegExp =>
  new RegExp(
    `^${url
      .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
      .replace(/:\w+/g, `[^/]{1,${LONGEST_PARAMETER}}`)
      .replace(/\*/g, '.*')}$`,
  );
