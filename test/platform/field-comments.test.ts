import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';
import { fieldComments, type FieldComments } from '../../src/platform/http/answers/field-comments.js';

/** What is read of these files, by name. */
function commentsIn(files: Record<string, string>): FieldComments {
  const folder = mkdtempSync(join(tmpdir(), 'remit-comments-'));
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    const paths = Object.keys(files).map((name) => join(folder, name));
    return fieldComments(ts.createProgram(paths, { noLib: true, types: [] }));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const classOf = (head: string, ...fields: string[]): string => `export class ${head} {\n${fields.join('\n')}\n}\n`;

describe('comments of fields', () => {
  it('are those of a class and of what it extends, each in one line', () => {
    const page = classOf('Page', '/** At most\n * 100. */', 'limit?: number;', 'cursor?: string;');
    const query = classOf('Query extends Page', '/** Words. */', 'search?: string;', '/** Runs it. */', 'run() {}');
    const files = { 'page.ts': page, 'query.ts': `import { Page } from './page';\n${query}` };
    expect(commentsIn(files)).toEqual({
      Page: { limit: 'At most 100.' },
      Query: { limit: 'At most 100.', search: 'Words.' },
    });
  });

  it('are none where two classes of one name contradict each other', () => {
    const why = ['/** Why. */', 'text?: string;'];
    const one = classOf('Reason', ...why, '/** Of this case. */', 'caseId?: string;');
    const other = classOf('Reason', ...why, '/** Of that case. */', 'caseId?: string;');
    expect(commentsIn({ 'one.ts': one, 'other.ts': other })).toEqual({ Reason: { text: 'Why.' } });
  });
});
