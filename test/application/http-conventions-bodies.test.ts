import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { routesOf } from '../../src/platform/http/require-policies.js';
import type { Policy } from '../../src/platform/policy/policy.js';
import { makeToken } from '../support/tokens.js';
import { Conventions } from './http-conventions.js';

const ID = 'case_01M80SP17BW38JR7PVS47YHQF6';
const HUGE = 256 * 1_048_576;
/** What commands without a body are told in the query instead. */
const QUERIES: Record<string, string> = {
  'delete /api/v1/cases/{caseId}/parties': '?partyId=pty_01M80SP17BW38JR7PVS47YHQF6&role=WITNESS',
};
const NEEDS_NONE: Record<string, string> = {
  'content-type application/json': 'content-type: application/json',
  'no content type': '',
  'content-type text/plain': 'content-type: text/plain',
  'content-type text/csv': 'content-type: text/csv',
  'a form': 'content-type: application/x-www-form-urlencoded',
};

interface Exchange {
  answer: string;
  /** Bytes of the body that the server's side took. */
  sent: number;
}

describe('a body', () => {
  let api: Conventions;
  let policies: Policy[];
  beforeAll(async () => {
    api = await Conventions.start();
    policies = routesOf(api.remit.app).flatMap(({ policy }) => policy ?? []);
  });
  afterAll(() => api.remit.stop());

  const pathOf = ({ endpoint }: Policy): [string, string] => {
    const [method = '', path = ''] = endpoint.split(' ');
    return [method, `/api/v1${path.replace(/\{\w+\}/g, ID)}`];
  };

  /** Sends headers that promise this much, and then zeroes until the server has answered and closed, or all is sent. */
  const upload = (method: string, path: string, headers: string, length: number): Promise<Exchange> =>
    new Promise((resolve) => {
      const { port, hostname } = new URL(api.remit.baseUrl);
      const socket = connect(Number(port), hostname);
      const chunk = Buffer.alloc(65_536);
      let answer = '';
      let sent = 0;
      const pump = (): void => {
        while (sent < length && socket.writable) {
          sent += chunk.length;
          if (!socket.write(chunk)) {
            socket.once('drain', pump);
            return;
          }
        }
      };
      socket.on('data', (data: Buffer) => (answer += data.toString('latin1')));
      socket.on('error', () => undefined);
      socket.on('close', () => {
        resolve({ answer, sent: socket.bytesWritten });
      });
      socket.write(`${method} ${path} HTTP/1.1\r\nhost: remit\r\n${headers}content-length: ${length}\r\n\r\n`, pump);
    });

  it('that cannot be read is nothing to somebody unknown: 401 comes first, at every route', async () => {
    const guarded = policies.filter(({ roles, endpoint }) => roles !== 'PUBLIC' && !endpoint.startsWith('GET'));
    expect(guarded.length).toBeGreaterThan(20);
    for (const policy of guarded)
      for (const type of ['application/json', 'text/csv', 'application/x-unknown', 'image/jpeg']) {
        const [method, path] = pathOf(policy);
        const headers = { 'content-type': type, authorization: 'Bearer of.bad.news' };
        const { status, body } = await api.raw(method, path, { headers, body: '{"broken' });
        expect([policy.endpoint, type, status, body.errorCode]).toEqual([
          policy.endpoint,
          type,
          401,
          'UNAUTHENTICATED',
        ]);
      }
  });

  it.each([
    ['JSON', 'POST', '/api/v1/cases', 'application/json'],
    ['CSV', 'POST', '/api/v1/imports', 'text/csv'],
    ['evidence', 'PUT', `/api/v1/evidence/${ID}/content`, 'image/jpeg'],
  ])('of a quarter of a gigabyte from somebody unknown is not read: %s', async (_, method, path, type) => {
    const { answer, sent } = await upload(method, path, `content-type: ${type}\r\nauthorization: Bearer x\r\n`, HUGE);
    expect(answer).toMatch(/^HTTP\/1\.1 401 /);
    expect(answer).toMatch(/connection: close/i);
    // What the buffers on the way take.
    expect(sent).toBeLessThan(HUGE / 4);
  });

  it('that is short and from somebody unknown is thrown away, and the connection can be used again', async () => {
    const { port, hostname } = new URL(api.remit.baseUrl);
    const request =
      'POST /api/v1/cases HTTP/1.1\r\nhost: remit\r\ncontent-type: application/json\r\ncontent-length: 8\r\n';
    const answers = await new Promise<string>((resolve) => {
      const socket = connect(Number(port), hostname);
      let text = '';
      socket.on('data', (data: Buffer) => (text += data.toString()));
      socket.on('close', () => {
        resolve(text);
      });
      socket.write(`${request}\r\n{"broken${request}connection: close\r\n\r\n{"broken`);
    });
    expect(answers.match(/HTTP\/1\.1 401 /g)?.length).toBe(2);
  });

  it.each(Object.entries(NEEDS_NONE))('is asked of no command that needs none: %s', async (_, type) => {
    const needless = await commandsWithoutBody(api.remit.baseUrl);
    expect(needless.length).toBeGreaterThan(4);
    const authorization = `authorization: Bearer ${await makeToken()}\r\n`;
    const { port, hostname } = new URL(api.remit.baseUrl);
    for (const [method, path] of needless)
      for (const length of ['', 'content-length: 0\r\n']) {
        const answer = await new Promise<string>((resolve) => {
          const socket = connect(Number(port), hostname);
          let text = '';
          socket.on('data', (data: Buffer) => (text += data.toString()));
          socket.on('close', () => {
            resolve(text);
          });
          const headers = `host: remit\r\nconnection: close\r\nif-match: "1"\r\n${authorization}${length}`;
          socket.write(`${method} ${path} HTTP/1.1\r\n${headers}${type === '' ? '' : `${type}\r\n`}\r\n`);
        });
        const [, status = ''] = /^HTTP\/1\.1 (\d+)/.exec(answer) ?? [];
        expect([method, path, ['400', '415'].includes(status) ? answer : '']).toEqual([method, path, '']);
      }
  });
});

/** The commands whose description asks for no body (but one: a token is for somebody), with a path that leads nowhere. */
async function commandsWithoutBody(baseUrl: string): Promise<[string, string][]> {
  const document = (await (await fetch(`${baseUrl}/api/v1/openapi.json`)).json()) as {
    paths: Record<string, Record<string, { requestBody?: { required?: boolean } }>>;
  };
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item)
      .filter(() => !path.endsWith('/dev/token'))
      .filter(
        ([method, { requestBody }]) => ['post', 'put', 'patch', 'delete'].includes(method) && !requestBody?.required,
      )
      .map(([method]): [string, string] => [
        method.toUpperCase(),
        `${path.replace(/\{\w+\}/g, ID)}${QUERIES[`${method} ${path}`] ?? ''}`,
      ]),
  );
}
