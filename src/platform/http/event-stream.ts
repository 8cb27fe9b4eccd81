import type { OutgoingHttpHeaders } from 'node:http';
import type { FastifyReply } from 'fastify';
import type { RemitRequest } from './request.js';

/** Proxies drop what is silent for long; most allow half a minute or more. */
const HEARTBEAT_MS = 15_000;
/** A client comes back by itself, with a token that is looked at anew: so long may a revoked one go on listening. */
const LIFETIME_MS = 15 * 60_000;
/** A client that reads no more must not fill our memory. */
const UNREAD_BYTES = 64 * 1024;

/** One answer that goes on: server-sent events to one client, until either side ends it. */
export class EventStream {
  private readonly heartbeat: NodeJS.Timeout;
  private readonly lifetime: NodeJS.Timeout;

  /** Takes the answer out of the framework's hands; from here on nothing can be refused. */
  constructor(private readonly reply: FastifyReply) {
    const { raw } = reply;
    reply.hijack();
    // How long it lasts says nothing about how quick answers are.
    (reply.request as RemitRequest).startedAt = undefined;
    // Silence is its nature; a client that reads no more is found out by what it leaves unread.
    raw.socket?.setTimeout(0);
    raw.writeHead(200, {
      ...(reply.getHeaders() as OutgoingHttpHeaders),
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      // A buffering proxy would hold events back.
      'x-accel-buffering': 'no',
    });
    // Whoever asks for the head alone has it.
    if (reply.request.method === 'HEAD') raw.end();
    this.heartbeat = setInterval(() => {
      this.write(': still here\n\n');
    }, HEARTBEAT_MS).unref();
    this.lifetime = setTimeout(() => {
      this.end();
    }, LIFETIME_MS).unref();
    this.onEnd(() => {
      clearInterval(this.heartbeat);
      clearTimeout(this.lifetime);
    });
  }

  /** Called once, when either side has ended it; at once if the client is gone already. */
  onEnd(listener: () => void): void {
    if (this.reply.raw.closed) listener();
    else this.reply.raw.once('close', listener);
  }

  /** @param id what a client that comes back names as the last it has seen */
  send(event: string, id: string, data: object): void {
    this.write(`event: ${event}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  /** @param comeBackMs when a client that comes back by itself is to do so; as it likes unless given */
  end(comeBackMs?: number): void {
    if (comeBackMs !== undefined) this.write(`retry: ${comeBackMs}\n\n`);
    this.reply.raw.end();
  }

  /** Bytes that the client has not taken yet. */
  get unread(): number {
    return this.reply.raw.writableLength;
  }

  private write(text: string): void {
    const { raw } = this.reply;
    if (raw.writableEnded || raw.destroyed) return;
    if (this.unread > UNREAD_BYTES) raw.destroy();
    else raw.write(text);
  }
}
