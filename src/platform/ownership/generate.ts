import { mkdirSync, writeFileSync } from 'node:fs';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Declaration } from './declaration.js';
import { canvas } from './document/canvas.js';
import { eventFlow } from './document/event-flow.js';
import { changes, copies, ownershipMatrix } from './document/matrix.js';
import type { Violation } from './violation.js';

const DOCUMENT = 'docs/ownership.md';

const ownershipDocument = (declarations: readonly Declaration[]): string =>
  [
    '<!-- Generated from the ownership.yaml files by `remit ownership generate`. Do not edit. -->',
    '# Who owns what',
    'Every business fact has one owner, who alone writes and reads its tables. Others hold declared copies.',
    '## Ownership',
    ownershipMatrix(declarations),
    '## Event flow',
    eventFlow(declarations),
    '## Changes',
    'A change is one unit of work. Unless something else is said, a repeat of a command under its key gets the first answer, ' +
      'an event has its effect once, and a failure saves nothing.',
    changes(declarations),
    '## Copies held',
    copies(declarations),
    '## Modules',
    ...declarations.map((each) => canvas(each, declarations)),
  ].join('\n\n') + '\n';

/** Path and content of every checked-in document that follows from the declarations. The same input, the same bytes. */
export const generateDocuments = (declarations: readonly Declaration[]): Map<string, string> =>
  new Map([[DOCUMENT, ownershipDocument(declarations)]]);

/** @returns the paths written, below the project's root. */
export const writeDocuments = (projectRoot: string, declarations: readonly Declaration[]): string[] => {
  const documents = generateDocuments(declarations);
  for (const [path, content] of documents) {
    mkdirSync(dirname(join(projectRoot, path)), { recursive: true });
    writeFileSync(join(projectRoot, path), content);
  }
  return [...documents.keys()];
};

export const checkDocuments = (projectRoot: string, declarations: readonly Declaration[]): Violation[] =>
  [...generateDocuments(declarations)]
    .filter(([path, content]) => {
      const file = join(projectRoot, path);
      return !existsSync(file) || readFileSync(file, 'utf8') !== content;
    })
    .map(([path]) => ({
      rule: 'outdated-document',
      where: path,
      why: 'is not what the declarations say now',
      mend: 'Run `remit ownership generate`.',
    }));
