import { AsyncLocalStorage } from 'node:async_hooks';
import { currentCall, withCall } from '../context.js';
import type { Declaration } from '../ownership/declaration.js';
import { authorize } from '../policy/authorize.js';
import type { Policy } from '../policy/policy.js';
import { Refusal, refuse } from '../refusal.js';
import { newId } from '../ids.js';
import type { Answer } from './answer.js';
import type { AnswerTo, RequestContract } from './envelope.js';
import type { CommandHandler, QuestionHandler } from './handlers.js';
import { digestOf } from './digest.js';
import { checkInput } from './check-input.js';
import { isInsideWork, type Work } from './work.js';

const asking = new AsyncLocalStorage<true>();

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

/** The bus was used where it may not be: a programming error, never an owner's failure. */
class BusMisused extends Error {}

/**
 * A module's way to ask an owner or tell it to do something, answered now or not at all. Never inside a unit of
 * work, and never from within another question: connections would wait for each other.
 */
export class Bus {
  constructor(
    private readonly declaration: Declaration,
    private readonly switchboard: Switchboard,
    /** Told of what an owner failed with, which whoever asked is not. */
    private readonly failed: (question: string, error: Error) => void = () => undefined,
  ) {}

  /** Whether this is neither inside a unit of work nor inside what another module asked or told. */
  get mayAsk(): boolean {
    return !isInsideWork() && !asking.getStore();
  }

  /** @throws OWNER_UNAVAILABLE when the owner fails, or past the deadline, which is the declared one unless given */
  async ask<Input extends object>(
    contract: RequestContract<Input>,
    input: Input,
    options: { deadlineMs?: number } = {},
  ): Promise<AnswerTo<Input>> {
    const declared = this.declaration.asks[contract.type];
    if (!declared) throw new Error(`${this.declaration.module} does not declare that it asks ${contract.type}.`);
    const handler = this.switchboard.questions.get(contract.type);
    if (!handler) throw new Error(`Nobody answers ${contract.type}.`);
    return (await this.within(options.deadlineMs ?? declared.deadline_ms, declared.of, async () => {
      try {
        return await handler.answer(input);
      } catch (error) {
        if (error instanceof Refusal || error instanceof BusMisused) throw error;
        this.failed(contract.type, error as Error);
        throw refuse.OWNER_UNAVAILABLE(`${declared.of} could not answer; try again.`, { retryAfterSeconds: 1 });
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
    if (!declared) throw new Error(`${this.declaration.module} does not declare that it tells ${contract.type}.`);
    const route = this.switchboard.commands.get(contract.type);
    if (!route) throw new Error(`Nobody carries out ${contract.type}.`);
    const { expectedVersion: _, ...caller } = currentCall();
    return this.within(options.deadlineMs ?? declared.deadline_ms, declared.to, async () => {
      const policyDecision = authorize(route.policy, caller.actor);
      const idempotency = { key: options.idempotencyKey, digest: digestOf(contract.type, input) };
      const checked = checkInput(contract, input);
      return withCall(
        { ...caller, commandId: newId('cmd'), causationId: caller.commandId, policyDecision, idempotency },
        () => route.work.answering(() => route.handler.carryOut(checked)),
      );
    });
  }

  private async within<T>(deadlineMs: number, owner: string, work: () => Promise<T>): Promise<T> {
    if (isInsideWork()) throw new BusMisused('Ask and tell before the unit of work begins, not inside it.');
    if (asking.getStore()) throw new BusMisused('A question must not lead to another one.');
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(refuse.OWNER_UNAVAILABLE(`${owner} did not answer in time; try again.`, { retryAfterSeconds: 1 }));
      }, deadlineMs);
    });
    try {
      return await Promise.race([asking.run(true, work), deadline]);
    } finally {
      clearTimeout(timer);
    }
  }
}
