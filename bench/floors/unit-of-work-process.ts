import 'reflect-metadata';
import { RegisterCase } from '../../src/contracts/case-registry/register-case.js';
import { CaseHeader } from '../../src/modules/case-registry/case-header.js';
import { CaseLifecycle } from '../../src/modules/case-registry/case-lifecycle.js';
import { CaseParty } from '../../src/modules/case-registry/case-party.js';
import { CaseTypes } from '../../src/modules/case-registry/case-types.js';
import type { NamedParty, NameParties } from '../../src/modules/case-registry/name-parties.js';
import { RegisterCaseHandler } from '../../src/modules/case-registry/register-case.js';
import { Clock } from '../../src/platform/base/clock.js';
import { withCall, type Call } from '../../src/platform/base/context.js';
import { ConnectionBudget } from '../../src/platform/database/connection-budget.js';
import { ModuleDatabase } from '../../src/platform/database/module-database.js';
import { newId } from '../../src/platform/base/ids.js';
import { Work } from '../../src/platform/messaging/work.js';
import { declarations } from '../../src/platform/start.js';
import { requestsOf, type Plan } from '../load/requests.js';
import { answerCalls } from '../server/answer-calls.js';
import { ACTOR, PARTY_NAME } from './case-writes.js';

/** The name is at hand: what is measured is the unit of work, not the question to Party. */
const namedAtOnce = {
  now: (partyIds: readonly string[]) =>
    Promise.resolve(new Map<string, NamedParty>(partyIds.map((each) => [each, { name: PARTY_NAME, version: 1 }]))),
} as NameParties;

let register: RegisterCaseHandler;

async function open({ url, inFlight }: { url: string; inFlight: number }): Promise<void> {
  const declaration = declarations().find(({ module }) => module === 'case-registry');
  if (!declaration) throw new Error('There is no case-registry.');
  const database = await ModuleDatabase.open(
    declaration,
    url,
    [CaseHeader, CaseParty, CaseLifecycle],
    new ConnectionBudget(inFlight),
  );
  const clock = new Clock();
  const work = new Work(database, clock, () => undefined);
  register = new RegisterCaseHandler(work, new CaseTypes(database), namedAtOnce, clock);
}

/** Registers cases by the use case itself, without HTTP. Answers how many a second. */
async function drive(plan: Plan): Promise<number> {
  const next = requestsOf(plan);
  const startedAt = performance.now();
  const end = startedAt + plan.seconds * 1000;
  let done = 0;
  const lane = async (): Promise<void> => {
    while (performance.now() < end) {
      const { body } = next();
      const input = Object.assign(new RegisterCase(), JSON.parse(body ?? '') as RegisterCase);
      await withCall(call(), () => register.carryOut(input));
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: plan.connections }, lane));
  return (done / (performance.now() - startedAt)) * 1000;
}

function call(): Call {
  const commandId = newId('cmd');
  return {
    actor: { actorId: ACTOR, roles: ['INTAKE_OFFICER'], clearance: 'CONFIDENTIAL', team: 'central' },
    correlationId: newId('corr'),
    commandId,
    causationId: commandId,
    policyDecision: { policyDecisionId: newId('pdp'), policies: ['POST /cases'], role: 'INTAKE_OFFICER' },
    idempotency: { key: newId('key'), digest: 'b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9' },
  };
}

answerCalls({ open, drive });
