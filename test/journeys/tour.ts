import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where the README says that the API is. */
const PRINTED_ADDRESS = 'http://127.0.0.1:3000';
/** Ends what one block prints: the ASCII record separator, which no answer holds. */
const SEPARATOR = '\u001e';
/** Before the test gives up, so that what the tour printed until then is shown. */
const GIVEN_UP_AFTER_MS = 45_000;

/** A shell block of the tour, and what the README says that it prints. */
export interface Step {
  commands: string;
  language: string;
  printed: string;
}

/** The shell blocks below one heading, each with the block that follows it, if that is no shell block too. */
export function stepsOf(readme: string, heading: string): Step[] {
  const [, section = ''] = readme.split(`\n## ${heading}\n`);
  const [tour = ''] = section.split(/\n## /);
  const steps: Step[] = [];
  for (const [, language = '', text = ''] of tour.matchAll(/^```(\w*)\n(.*?)^```$/gms)) {
    if (language === 'sh') steps.push({ commands: text, language: 'text', printed: '' });
    else Object.assign(steps.at(-1) ?? {}, { language, printed: text });
  }
  return steps;
}

export interface Answers {
  /** What each block printed. */
  printed: string[];
  /** What went wrong in any of them. */
  errors: string;
}

/**
 * Runs the blocks in one bash, in order, in a new and empty folder. Nothing in them is changed but the address.
 * @throws Error when bash or curl is missing
 */
export async function answersTo(steps: readonly Step[], address: string): Promise<Answers> {
  for (const tool of ['bash', 'curl']) await requireTool(tool);
  const folder = await mkdtemp(join(tmpdir(), 'remit-tour-'));
  try {
    const script = steps.map(({ commands }) => `${commands}printf '${SEPARATOR}'\n`).join('');
    const { stdout, stderr } = await bash(script.replaceAll(PRINTED_ADDRESS, address), folder);
    return { printed: stdout.split(SEPARATOR).slice(0, -1), errors: stderr };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const bash = (script: string, folder: string): Promise<{ stdout: string; stderr: string }> =>
  new Promise((resolve) => {
    // A home of its own: the settings of whoever runs the test say nothing here.
    const env = { PATH: process.env.PATH ?? '', HOME: folder };
    execFile('bash', ['-c', script], { cwd: folder, env, timeout: GIVEN_UP_AFTER_MS }, (error, stdout, stderr) => {
      resolve({ stdout, stderr: error?.killed ? `${stderr}The tour did not end in time.` : stderr });
    });
  });

const requireTool = (tool: string): Promise<void> =>
  new Promise((resolve, reject) => {
    execFile(tool, ['--version'], (error) => {
      if (error) reject(new Error(`The tour needs ${tool}: install it (on Debian: apt-get install ${tool}).`));
      else resolve();
    });
  });

const VARYING: readonly [RegExp, string][] = [
  [/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, '<time>'],
  [/\b([A-Z]+)-20\d\d-(\d{6})\b/g, '$1-<year>-$2'],
  [/("lagSeconds": )\d+(\.\d+)?/g, '$1<seconds>'],
];

/**
 * Texts with a stand-in for what varies from run to run. An id becomes its prefix and a number, in the order in which
 * the ids of a prefix first appear in the tour: so an id stands for one of the same prefix, and the same id for the
 * same one. A time to the millisecond, the year in a case number and `lagSeconds` stand for any other.
 * Everything else must be as it is printed.
 */
export function withStandIns(texts: readonly string[]): string[] {
  const seen = new Map<string, string[]>();
  const nameOf = (id: string, prefix: string): string => {
    const ids = seen.get(prefix) ?? [];
    seen.set(prefix, ids);
    if (!ids.includes(id)) ids.push(id);
    return `<${prefix} ${ids.indexOf(id) + 1}>`;
  };
  return texts.map((text) =>
    VARYING.reduce((said, [pattern, standIn]) => said.replace(pattern, standIn), text).replace(
      /\b([a-z]+)_[0-9A-HJKMNP-TV-Z]{26}\b/g,
      nameOf,
    ),
  );
}

/** JSON is compared by its values: Prettier decides how the README lays it out. */
const laidOut = (text: string, language: string): string => {
  if (language !== 'json') return text.trimEnd();
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text.trimEnd();
  }
};

export interface Comparison {
  commands: string;
  printed: string;
  answered: string;
}

/** Each step whose answer is not the printed one. */
export function differencesIn(steps: readonly Step[], answers: readonly string[]): Comparison[] {
  const printed = withStandIns(steps.map((step) => laidOut(step.printed, step.language)));
  const answered = withStandIns(steps.map((step, index) => laidOut(answers[index] ?? 'Nothing.', step.language)));
  return steps
    .map(({ commands }, index) => ({ commands, printed: printed[index] ?? '', answered: answered[index] ?? '' }))
    .filter((each) => each.printed !== each.answered);
}
