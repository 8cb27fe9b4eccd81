import { currentCall, withCall } from '../base/context.js';
import type { Declaration } from '../ownership/declaration.js';
import { LONGEST_CHAIN } from '../ownership/question-chains.js';
import { authorize } from '../policy/authorize.js';
import type { Policy } from '../policy/policy.js';
import { Refusal, type InvalidParam } from '../base/refusal.js';
import { newId } from '../base/ids.js';
import type { Answer } from './answer.js';
import { BusMisused, currentHandling, handleWithin, unavailable, unavailableOwner } from './asking.js';
import type { AnswerTo, QuestionContract, RequestContract } from './envelope.js';
import type { CommandHandler, QuestionHandler } from './handlers.js';
import { digestOf } from './digest.js';
import { checkInput, wrongInAnswer } from './check-input.js';
import { isInsideWork, type Work } from './work.js';

export interface CommandRoute {
  handler: CommandHandler;
  policy: Policy;
  contract: RequestContract;
  work: Work;
}

/** Who answers what in this process. Filled once at start, from what the modules declare and have. */
export class Switchboard {
  readonly questions = new Map<string, QuestionHandler>();
  readonly commands = new Map<string, CommandRoute>();
}

/** A fault of the owner: it answered something else than its contract promises. */
class WrongAnswer extends Error {
  constructor(question: string, wrong: readonly InvalidParam[]) {
    super(`${question} was answered wrongly: ${wrong.map(({ name, reason }) => `${name}: ${reason}`).join(' ')}`);
  }
}

/** Owners of commands that failed unexpectedly: a caller further up the chain gets to know whose fault it was. */
const failedIn = new WeakMap<object, string>();

/**
 * A module's way to ask an owner or tell it to do something, answered now or not at all. Never inside a unit of work:
 * connections would wait for each other. Who answers may ask and tell in turn, what its handler declares, to a depth of
 * three and no longer than whoever asked first waits.
 */
export class Bus {
  constructor(
    private readonly declaration: Declaration,
    private readonly switchboard: Switchboard,
    /** Gets what an owner failed with, which the asker does not. */
    private readonly failed: (question: string, error: Error) => void = () => undefined,
  ) {}

  /**
   * @throws VALIDATION_FAILED when the question is none that its contract allows; OWNER_UNAVAILABLE when the owner fails
   * or answers something else than the contract promises, or past the deadline, which is the declared one unless given
   */
  async ask<Input extends object>(
    contract: QuestionContract<Input>,
    input: Input,
    options: { deadlineMs?: number } = {},
  ): Promise<AnswerTo<Input>> {
    const declared = this.declaration.asks[contract.type];
    if (!declared) throw new BusMisused(`${this.declaration.module} does not declare that it asks ${contract.type}.`);
    this.requireAllowed('asks', contract.type, declared.by);
    const handler = this.switchboard.questions.get(contract.type);
    if (!handler) throw new Error(`Nobody answers ${contract.type}.`);
    const checked = checkInput(contract, input);
    const { of, deadline_ms } = declared;
    return (await handleWithin(of, contract.type, options.deadlineMs ?? deadline_ms, async () => {
      try {
        const answer = await handler.answer(checked);
        const wrong = wrongInAnswer(contract.answer, answer);
        if (wrong.length > 0) throw new WrongAnswer(contract.type, wrong);
        return answer;
      } catch (error) {
        if (error instanceof Refusal) throw namingOwner(error, of);
        if (error instanceof BusMisused) throw error;
        this.failed(contract.type, error as Error);
        throw unavailable(failedIn.get(error as Error) ?? of, 'could not answer');
      }
    })) as AnswerTo<Input>;
  }

  /**
   * The owner carries the command out under its own policies, in the caller's name, once per idempotency key.
   * @throws Refusal as the owner refuses; OWNER_UNAVAILABLE past the deadline, when a repeat with the key tells
   */
  async tell<Input extends object>(
    contract: RequestContract<Input>,
    input: Input,
    options: { deadlineMs?: number; idempotencyKey: string },
  ): Promise<Answer> {
    const declared = this.declaration.tells[contract.type];
    if (!declared) throw new BusMisused(`${this.declaration.module} does not declare that it tells ${contract.type}.`);
    this.requireAllowed('tells', contract.type, declared.by);
    const route = this.switchboard.commands.get(contract.type);
    if (!route) throw new Error(`Nobody carries out ${contract.type}.`);
    const { expectedVersion: _, ...caller } = currentCall();
    const { to, deadline_ms } = declared;
    return handleWithin(to, contract.type, options.deadlineMs ?? deadline_ms, async () => {
      const policyDecision = authorize(route.policy, caller.actor);
      const idempotency = { key: options.idempotencyKey, digest: digestOf(contract.type, input) };
      const checked = checkInput(contract, input);
      const { guards = [] } = route.policy;
      const call = {
        ...caller,
        commandId: newId('cmd'),
        causationId: caller.commandId,
        policyDecision,
        guards,
        idempotency,
      };
      try {
        return await withCall(call, () => route.work.answering(() => route.handler.carryOut(checked)));
      } catch (error) {
        if (error instanceof Refusal) throw namingOwner(error, to);
        if (error instanceof Error && !failedIn.has(error)) failedIn.set(error, to);
        throw error;
      }
    });
  }

  /** @throws BusMisused inside a unit of work, past the depth, and in a handler that does not declare this */
  private requireAllowed(verb: 'asks' | 'tells', contract: string, by: readonly string[]): void {
    if (isInsideWork()) throw new BusMisused('Ask and tell before the unit of work begins, not inside it.');
    const handling = currentHandling();
    if (!handling) return;
    const { module, handler, depth } = handling;
    if (module !== this.declaration.module || !by.includes(handler))
      throw new BusMisused(
        `${module}.${handler} does not declare that it ${verb} ${contract}; ` +
          `name it in ${this.declaration.module}'s ${verb}.${contract}.by.`,
      );
    if (depth >= LONGEST_CHAIN)
      throw new BusMisused(
        `${module}.${handler} may not ${verb.slice(0, -1)} ${contract}: ` +
          `${LONGEST_CHAIN} questions and commands led to it, and more may not lead to each other.`,
      );
  }
}

/** That an owner is unavailable says which one, also where the owner's own code said so. */
function namingOwner(refusal: Refusal, owner: string): Refusal {
  if (unavailableOwner(refusal) === undefined || 'owner' in refusal.members) return refusal;
  const { errorCode, status, title, message, members } = refusal;
  return new Refusal(errorCode, status, title, message, { owner, ...members });
}
