import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { refuse } from '../base/refusal.js';
import { describedAnswers } from './answers/described-answers.js';

const PAGES = '/api/docs/problems';

/** The type of a problem document (RFC 9457): the page that says what the code means. */
export const problemType = (errorCode: string): string => `${PAGES}/${errorCode}`;

interface Explained {
  title: string;
  status: number;
}

/** Every code that the API knows: its own, and those that the code of some route comes by. */
function explanations(): Map<string, Explained> {
  const own = Object.values(refuse).map((make): [string, Explained] => {
    const { errorCode, title, status } = make();
    return [errorCode, { title, status }];
  });
  const listed = Object.values(describedAnswers().operations).flatMap(({ refusals }) =>
    refusals.map(({ code, title, status }): [string, Explained] => [code, { title, status }]),
  );
  return new Map([...listed, ...own]);
}

const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (each) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[each] ?? each);

const page = (code: string, { title, status }: Explained): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>${code} \u2013 Remit API</title>
<h1>${code}</h1>
<p>${escaped(title)}</p>
<p>It is answered with status ${status}. <code>detail</code> of the answer says what stands against it this time and how to
mend it; its <code>correlationId</code> finds the request in logs and audit records.</p>
<p><a href="/api/docs">The API</a></p>
</html>
`;

/** Answers the page that each problem document names as its type. */
export function explainProblems(app: NestFastifyApplication): void {
  let known: Map<string, Explained> | undefined;
  app
    .getHttpAdapter()
    .getInstance()
    .get<{ Params: { code: string } }>(`${PAGES}/:code`, (request, reply) => {
      known ??= explanations();
      const explained = known.get(request.params.code);
      if (!explained) throw refuse.NOT_FOUND('There is no such code.');
      void reply.header('content-type', 'text/html; charset=utf-8').send(page(request.params.code, explained));
    });
}
