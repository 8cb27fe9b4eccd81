import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { packageFolder } from '../base/version.js';
import type { JsonSchema } from './class-rules.js';

/** What was sent to an operation, and by status what it answered. */
export interface RecordedExample {
  request?: unknown;
  answers: Record<string, unknown>;
}

/** One session that was recorded, by the id of the operation. */
export type RecordedSession = Record<string, RecordedExample>;

/** As the build has copied it. @throws Error when there was no build */
export const recordedSession = (): RecordedSession =>
  parse(readFileSync(join(packageFolder(), 'dist/src/recorded-session.yaml'), 'utf8')) as RecordedSession;

const MEDIA_TYPE = 'application/json';

interface Described {
  content?: Record<string, JsonSchema>;
}

const withExample = (described: Described | undefined, example: unknown): Described | undefined => {
  const { [MEDIA_TYPE]: json, ...others } = described?.content ?? {};
  return json
    ? {
        ...described,
        content: {
          [MEDIA_TYPE]: { ...json, examples: { recorded: { summary: 'From a recorded session', value: example } } },
          ...others,
        },
      }
    : described;
};

/** The operation with what was sent to it and answered by it in the session, where it came up there. */
export function withExamples(operation: JsonSchema, recorded: RecordedExample | undefined): JsonSchema {
  if (!recorded) return operation;
  const responses = operation.responses as Record<string, Described>;
  const answers = Object.entries(recorded.answers).map(([status, answer]) => [
    status,
    withExample(responses[status], answer),
  ]);
  return {
    ...operation,
    ...(recorded.request !== undefined && {
      requestBody: withExample(operation.requestBody as Described, recorded.request),
    }),
    responses: { ...responses, ...Object.fromEntries(answers) },
  };
}
