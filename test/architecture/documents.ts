import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Command } from 'commander';

/** What the documents may speak of. */
export interface Known {
  /** As the description of the API names them: `POST /cases/{caseId}/notes`. */
  endpoints: readonly string[];
  remit: Command;
  scripts: readonly string[];
  isVariable: (name: string) => boolean;
}

/** Written by hand: what is generated follows from its sources. The change log tells of what is no more too. */
export const documentsIn = (root: string): string[] => [
  ...['README.md', 'CONTRIBUTING.md'],
  ...['docs', 'docs/adr', 'docs/runbooks', 'docs/tasks'].flatMap((folder) =>
    readdirSync(join(root, folder))
      .filter((name) => name.endsWith('.md') && name !== 'ownership.md')
      .map((name) => `${folder}/${name}`),
  ),
];

/** A path as it is written, with anything where the route takes something. */
const routeOf = (path: string): RegExp => {
  const parts = path
    .replace(/[?#].*$/, '')
    .replace(/^\/api\/v1/, '')
    .split('/');
  const pattern = parts
    .map((part) => (/^[a-z-]+$/.test(part) ? `(${part}|\\{\\w+\\})` : part && '\\{\\w+\\}'))
    .join('/');
  return new RegExp(`^${pattern}$`);
};

const PATH = String.raw`/[\w{}…$"/.-]*[\w}]`;
const CALL = new RegExp(String.raw`\b(GET|POST|PUT|PATCH|DELETE) (${PATH})`, 'g');
const API_PATH = new RegExp(String.raw`(?<![A-Z] )/api/v1(${PATH})`, 'g');
const COMMAND = /\bremit ((?:db|import|ownership|projections)\b[^`|#\n]*)/g;
const SCRIPT = /\bnpm run (?:--silent )?([\w:-]+)/g;
const LINK = /\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)/g;
const FILE = /`((?:src|test|docs|migrations|bench)\/[\w./-]+\.\w+)`/g;
const VARIABLE = /\b((?:REMIT|OIDC|DATABASE)_[A-Z_]*[A-Z]|LOG_LEVEL|NODE_ENV)\b(?!<|_)/g;

/** What a document says that is not so, one line each. */
export function mistakesIn(root: string, document: string, text: string, known: Known): string[] {
  const mistakes: string[] = [];
  const each = (pattern: RegExp, look: (found: string, whole: string) => string | undefined): void => {
    for (const match of text.matchAll(pattern)) {
      const mistake = look(match[1] ?? '', match[0]);
      if (mistake !== undefined) mistakes.push(`${document}: ${mistake}`);
    }
  };
  each(CALL, (method, whole) => {
    const route = routeOf(whole.slice(method.length + 1));
    const isThere = known.endpoints.some((endpoint) => {
      const [verb, path = ''] = endpoint.split(' ');
      return verb === method && route.test(path);
    });
    return isThere ? undefined : `${whole} is no endpoint`;
  });
  each(API_PATH, (path) => {
    const isThere = known.endpoints.some((endpoint) => routeOf(path).test(endpoint.split(' ')[1] ?? ''));
    return isThere || /^\/(openapi|asyncapi)\.json$/.test(path) ? undefined : `/api/v1${path} is no path of the API`;
  });
  each(COMMAND, (words) => wrongIn(known.remit, words.trim().split(/\s+/)));
  each(SCRIPT, (name) => (known.scripts.includes(name) ? undefined : `npm run ${name} is no script`));
  each(LINK, (path) => (existsSync(join(root, dirname(document), path)) ? undefined : `${path} is not there`));
  each(FILE, (path) => (existsSync(join(root, path)) ? undefined : `${path} is not there`));
  each(VARIABLE, (name) => (known.isVariable(name) ? undefined : `${name} is no variable`));
  return mistakes;
}

/** Follows the words of a command line as the program would. */
function wrongIn(program: Command, words: readonly string[]): string | undefined {
  let command = program;
  for (const word of words) {
    const below = command.commands.find((each) => each.name() === word);
    if (below) command = below;
    else if (word.startsWith('--')) {
      const name = word.replace(/[=.,;:)"'].*$/, '');
      if (name !== '--help' && !command.options.some(({ long }) => long === name))
        return `remit ${words.join(' ')}: ${command.name()} has no ${name}`;
    } else if (command.commands.length > 0 && /^[a-z-]+$/.test(word)) {
      return `remit ${words.join(' ')}: ${command.name()} has no ${word}`;
    } else if (command.commands.length > 0) break;
  }
  return undefined;
}
