/** One message of PostgreSQL's protocol, version 3: a letter, a length that counts itself, a body. */
export interface Message {
  letter: string;
  body: Buffer;
}

const HEAD = 5;
const LENGTH = 4;

/** Cuts a stream of bytes into messages, whatever the pieces it comes in. */
export class Messages {
  private rest: Buffer = Buffer.alloc(0);
  private started: boolean;

  /** @param fromClient whose first message has no letter */
  constructor(fromClient: boolean) {
    this.started = !fromClient;
  }

  take(piece: Buffer): Message[] {
    this.rest = Buffer.concat([this.rest, piece]);
    const messages: Message[] = [];
    for (;;) {
      const head = this.started ? HEAD : LENGTH;
      if (this.rest.length < head) return messages;
      const end = this.rest.readInt32BE(head - LENGTH) + head - LENGTH;
      if (this.rest.length < end) return messages;
      const letter = this.started ? String.fromCharCode(this.rest[0] ?? 0) : '';
      messages.push({ letter, body: this.rest.subarray(head, end) });
      this.rest = this.rest.subarray(end);
      this.started = true;
    }
  }
}

/** Reads a text that ends with a zero byte, and what comes after it. */
function textOf(body: Buffer): [string, Buffer] {
  const end = body.indexOf(0);
  return [body.toString('utf8', 0, end), body.subarray(end + 1)];
}

/** Knows which statement each message of a client runs: it is named once and then bound by its name. */
export class Statements {
  private readonly texts = new Map<string, string>();

  /** The SQL that this message runs, if it runs any. */
  runBy({ letter, body }: Message): string | undefined {
    if (letter === 'Q') return textOf(body)[0];
    if (letter === 'P') {
      const [name, rest] = textOf(body);
      this.texts.set(name, textOf(rest)[0]);
    }
    if (letter !== 'B') return undefined;
    const [, rest] = textOf(body);
    return this.texts.get(textOf(rest)[0]);
  }
}
