import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fastify, type FastifyInstance } from 'fastify';
import { EventStream } from '../../src/platform/http/event-stream.js';
import { eventually } from '../support/eventually.js';

const UNREAD_BYTES = 64 * 1024;

describe('one stream of events', () => {
  let server: FastifyInstance;
  let port: number;
  let streams: EventStream[];
  let ended: number;
  beforeAll(async () => {
    server = fastify({ connectionTimeout: 50 });
    [streams, ended] = [[], 0];
    server.get('/events', (_, reply) => {
      const stream = new EventStream(reply);
      streams.push(stream);
      stream.onEnd(() => (ended += 1));
    });
    port = Number(new URL(await server.listen({ host: '127.0.0.1', port: 0 })).port);
  });
  afterAll(() => server.close());

  async function client(): Promise<{ socket: Socket; stream: EventStream }> {
    const before = streams.length;
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    socket.write('GET /events HTTP/1.1\r\nHost: remit\r\n\r\n');
    const stream = (await eventually(() => streams, ({ length }) => length > before))[before]; // prettier-ignore
    if (!stream) throw new Error('There is no stream.');
    return { socket, stream };
  }

  it('is closed when its client reads no more, before what waits for it fills the memory', async () => {
    const { socket, stream } = await client();
    socket.pause();
    const before = ended;
    let sent = 0;
    const event = { text: 'x'.repeat(8 * 1024) };
    await eventually(
      () => {
        stream.send('projection', '1', event);
        sent += 1;
        expect(stream.unread).toBeLessThan(UNREAD_BYTES + 2 * event.text.length);
        return ended;
      },
      (count) => count === before + 1,
    );
    // The kernel's buffers take a few megabytes; nothing more than that was ever sent.
    expect(sent * event.text.length).toBeLessThan(64 * 1024 * 1024);
    socket.destroy();
  });

  it('stays open though both sides are silent for longer than a request may be', async () => {
    const { socket, stream } = await client();
    let read = '';
    socket.on('data', (chunk: Buffer) => (read += chunk.toString()));
    const idle = connect(port, '127.0.0.1');
    idle.on('error', () => undefined);
    idle.write('GET /events HTTP/1.1\r\n');
    await once(idle, 'close');
    stream.send('projection', '2', { still: 'here' });
    await eventually(
      () => read,
      (text) => text.includes('"still":"here"'),
    );
    const before = ended;
    socket.destroy();
    await eventually(
      () => ended,
      (count) => count === before + 1,
    );
  });
});
