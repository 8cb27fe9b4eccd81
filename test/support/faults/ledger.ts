import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';

/** A command as it is sent, and as often as it is repeated. */
export interface Command {
  kind: string;
  /** The schema that keeps its first answer. */
  schema: string;
  actorId: string;
  method: string;
  path: string;
  body: object;
  headers: Record<string, string>;
  key: string;
}

/** The parts of an answer that a repeat must give again. */
export interface Given {
  status: number;
  text: string;
  etag: string | null;
  location: string | null;
}

/** Acknowledged and failed are certain; nobody knows what became of the unknown. */
export type Outcome = 'acknowledged' | 'failed' | 'unknown';

type Line =
  { at: 'sent'; command: Command } | { at: 'answered' | 'resolved'; key: string; outcome: Outcome; given?: Given };

/** One command with all that is known of it. */
export interface Entry {
  command: Command;
  outcome: Outcome;
  given?: Given;
  /** It was unknown, and a repeat was answered. */
  resolved: boolean;
}

/**
 * What was asked and what came back, kept by a process that no fault touches: each line is on the disk before the
 * request goes out, and again before its answer counts.
 */
export class Ledger {
  private readonly file: number;

  constructor(readonly path: string) {
    this.file = openSync(path, 'a');
  }

  sent(command: Command): void {
    this.write({ at: 'sent', command });
  }

  answered(key: string, outcome: Outcome, given?: Given): void {
    this.write({ at: 'answered', key, outcome, ...(given && { given }) });
  }

  resolved(key: string, outcome: Outcome, given?: Given): void {
    this.write({ at: 'resolved', key, outcome, ...(given && { given }) });
  }

  /** Reads the file itself, as whoever comes after a crash would. */
  entries(): Entry[] {
    const entries = new Map<string, Entry>();
    for (const text of readFileSync(this.path, 'utf8').split('\n').filter(Boolean)) {
      const line = JSON.parse(text) as Line;
      if (line.at === 'sent') {
        entries.set(line.command.key, { command: line.command, outcome: 'unknown', resolved: false });
        continue;
      }
      const entry = entries.get(line.key);
      if (!entry) throw new Error(`The ledger has an answer to ${line.key}, which was never sent.`);
      entry.outcome = line.outcome;
      entry.given = line.given;
      entry.resolved = line.at === 'resolved';
    }
    return [...entries.values()];
  }

  close(): void {
    closeSync(this.file);
  }

  private write(line: Line): void {
    writeSync(this.file, `${JSON.stringify(line)}\n`);
    fsyncSync(this.file);
  }
}
