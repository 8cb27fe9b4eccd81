import { describe, expect, it } from '@jest/globals';
import { faultOf } from '../../src/platform/messaging/inbox.js';
import { Log } from '../../src/platform/telemetry/log.js';

const CANARY = 'Kanarienvogel';
const FORGED = `refused\n    at ${CANARY} (${CANARY}.ts:1:1)\n    at ${CANARY}`;

const logged = (error: Error): { frames: string[]; line: string } => {
  const lines: string[] = [];
  new Log('error', { write: (line) => lines.push(line) }).fault('It went wrong.', error);
  const [line = ''] = lines;
  return { line, frames: (JSON.parse(line) as { frames: string[] }).frames };
};

describe('what is kept of an error', () => {
  it('says where it arose', () => {
    expect(logged(new RangeError('too much')).frames[0]).toContain('frames.test');
    expect(faultOf(new RangeError('too much'))).toMatch(/^RangeError at /);
  });

  it('holds no line of its message, also of one that looks like a place', () => {
    const error = new Error(FORGED);
    const { line, frames } = logged(error);
    expect(line).not.toContain(CANARY);
    expect(frames[0]).toContain('frames.test');
    expect(faultOf(error)).not.toContain(CANARY);
  });

  it('holds no line of a message that was changed afterwards', () => {
    const error = new Error(FORGED);
    error.message = 'something else';
    expect(logged(error).line).not.toContain(CANARY);
    expect(faultOf(error)).not.toContain(CANARY);
  });
});
