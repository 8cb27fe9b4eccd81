import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { parse } from 'yaml';
import type { Violation } from '../violation.js';
import { nodesOf, placeIn, type SourceFile } from './source-file.js';

/** Where the domain says which words are its own. */
const WORDS = 'src/casework/domain-words.yaml';

interface Vocabulary {
  words: string[];
  /** Names that say one nevertheless, and why. */
  except: Record<string, string>;
}

/** `evidenceDir`, `EVIDENCE_DIR` and `evidence-dir` are the words evidence and dir. */
const wordsOf = (text: string): string =>
  ` ${text
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .join(' ')} `;

const textOf = (node: ts.Node): string | undefined =>
  ts.isIdentifier(node) ||
  ts.isStringLiteralLike(node) ||
  ts.isTemplateHead(node) ||
  ts.isTemplateMiddleOrTemplateTail(node)
    ? node.text
    : undefined;

/** The platform carries any domain: no name and no text of it, comments aside, uses a word of this one. */
export function checkDomainWords(projectRoot: string, files: readonly SourceFile[]): Violation[] {
  const path = join(projectRoot, WORDS);
  const { words: domain, except }: Vocabulary = existsSync(path)
    ? (parse(readFileSync(path, 'utf8')) as Vocabulary)
    : { words: [], except: {} };
  return files
    .filter(({ area }) => area === 'platform')
    .flatMap((file) =>
      [...nodesOf(file.ast)].flatMap((node) => {
        const text = textOf(node) ?? '';
        if (Object.hasOwn(except, text)) return [];
        const words = wordsOf(text);
        const found = domain.find((word) => words.includes(` ${word} `));
        if (found === undefined) return [];
        return {
          rule: 'domain-word' as const,
          where: placeIn(file, node),
          why: `says "${found}", a word of the domain`,
          mend: 'Let whoever uses the platform hand it in, or move the code to the domain.',
        };
      }),
    );
}
