import { plainToInstance } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';
import { invalid, type InvalidParam } from '../base/refusal.js';
import type { AnswerRule } from './envelope.js';

const codeOf = (rule: string): string => rule.replace(/([a-z])([A-Z])/g, '$1_$2').toUpperCase();

/** Rules of a value's kind: a value of another kind breaks whatever else is asked of it, which need not be said. */
const OF_KIND = ['isArray', 'isBoolean', 'isInt', 'isNumber', 'isObject', 'isString'];

function toMend(broken: [rule: string, reason: string][]): [rule: string, reason: string][] {
  const ofKind = broken.find(([rule]) => OF_KIND.includes(rule));
  return ofKind ? [ofKind] : broken;
}

/** Every field that is wrong, with its path as a client would write it: `parties[0].role`. */
export function invalidParams(errors: readonly ValidationError[], path = ''): InvalidParam[] {
  return errors.flatMap((error) => {
    const inList = /^\d+$/.test(error.property);
    const name = inList ? `${path}[${error.property}]` : path ? `${path}.${error.property}` : error.property;
    const own = toMend(Object.entries(error.constraints ?? {})).map(([rule, reason]) => ({
      name,
      code: rule === 'whitelistValidation' ? 'UNKNOWN_FIELD' : codeOf(rule),
      reason: rule === 'whitelistValidation' ? 'This field is not known here; remove it.' : `${reason}.`,
    }));
    return [...own, ...invalidParams(error.children ?? [], name)];
  });
}

/**
 * Checks an input against its class. Unknown fields are refused.
 * @throws VALIDATION_FAILED that names every wrong field; the values themselves are never repeated
 */
export function checkInput<Input extends object>(contract: new () => Input, input: unknown): Input {
  if (typeof input !== 'object' || input === null || Array.isArray(input))
    throw invalid({ name: 'body', code: 'IS_OBJECT', reason: 'The body must be a JSON object.' });
  const [instance, wrong] = instanceOf(contract, input);
  if (wrong.length > 0) throw invalid(...wrong);
  return instance;
}

/** What of an answer is not as its question promises; the values themselves are never repeated. */
export function wrongInAnswer(rule: AnswerRule, answer: unknown): InvalidParam[] {
  if ('each' in rule) {
    if (!Array.isArray(answer)) return [NO_LIST];
    return answer.flatMap((each, index) =>
      wrongIn(rule.each, each).map((wrong) => ({ ...wrong, name: `[${index}].${wrong.name}` })),
    );
  }
  if ('one' in rule) return wrongIn(rule.one, answer);
  return answer === null ? [] : wrongIn(rule.oneOrNone, answer);
}

const NO_LIST: InvalidParam = { name: 'answer', code: 'IS_ARRAY', reason: 'The answer must be a list.' };
const NO_OBJECT: InvalidParam = { name: 'answer', code: 'IS_OBJECT', reason: 'The answer must be an object.' };

const wrongIn = (contract: new () => object, value: unknown): InvalidParam[] =>
  typeof value === 'object' && value !== null ? instanceOf(contract, value)[1] : [NO_OBJECT];

function instanceOf<Input extends object>(contract: new () => Input, input: object): [Input, InvalidParam[]] {
  const instance = plainToInstance(contract, input);
  const errors = validateSync(instance, {
    whitelist: true,
    forbidNonWhitelisted: true,
    // A question without a field is none that is unknown.
    forbidUnknownValues: false,
    validationError: { target: false, value: false },
  });
  return [instance, invalidParams(errors)];
}
