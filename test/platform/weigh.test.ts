import { describe, expect, it } from '@jest/globals';
import type { Actor } from '../../src/platform/base/context.js';
import { type Intent, supposing, weigh } from '../../src/platform/policy/weigh.js';
import { refusals } from '../../src/platform/base/refusal.js';

const refuse = refusals({ GATE_SHUT: { status: 409, title: 'The gate is shut.' } });

class Gate {
  constructor(
    readonly gateId: string,
    public open: boolean,
  ) {}

  pass(): void {
    if (!this.open) throw refuse.GATE_SHUT();
    this.open = false;
  }
}

const ivo: Actor = { actorId: 'investigator_ivo', roles: ['INVESTIGATOR'], clearance: 'CONFIDENTIAL' };
const passing = (gate: Gate, role: 'INVESTIGATOR' | 'AUDITOR' = 'INVESTIGATOR', ifMatch = true): Intent => ({
  action: 'PASS_GATE',
  policy: { endpoint: 'POST /gates/{gateId}/passage', roles: [role], ifMatch },
  ids: { gateId: gate.gateId },
  aggregate: { id: gate.gateId, version: 4 },
  rule: () => {
    supposing(gate).pass();
  },
});

describe('a command that is weighed', () => {
  it('is told as it is called, with the version that it needs', () => {
    expect(weigh('garden', passing(new Gate('gate_1', true)), ivo)).toEqual({
      ...{ action: 'PASS_GATE', owner: 'garden', aggregateId: 'gate_1', version: 4 },
      ...{ method: 'POST', path: '/api/v1/gates/gate_1/passage' },
      ...{ permitted: true, refusals: [] },
    });
    expect(weigh('garden', passing(new Gate('gate_1', true), 'INVESTIGATOR', false), ivo).version).toBeNull();
  });

  it('leaves what it was weighed on as it was', () => {
    const gate = new Gate('gate_1', true);
    weigh('garden', passing(gate), ivo);
    expect(gate.open).toBe(true);
  });

  it('meets the role first, as the command does, and then the rule', () => {
    const { permitted, refusals: met } = weigh('garden', passing(new Gate('gate_1', false), 'AUDITOR'), ivo);
    expect(permitted).toBe(false);
    expect(met).toEqual([
      { code: 'FORBIDDEN', detail: 'POST /gates/{gateId}/passage is for AUDITOR.' },
      { code: 'GATE_SHUT', detail: 'The gate is shut.' },
    ]);
  });

  it('passes on a fault, which is no refusal', () => {
    const faulty = { ...passing(new Gate('gate_1', true)), rule: () => { throw new TypeError('a fault'); } }; // prettier-ignore
    expect(() => weigh('garden', faulty, ivo)).toThrow(TypeError);
  });
});
