import ts from 'typescript';
import type { SourceFile } from './source-file.js';
import { nodesOf } from './source-file.js';

/** What the code of one file changes. */
export interface Effects {
  /** The classes of the file, and those of them that are reactions. */
  classes: string[];
  reactions: string[];
  /** The contracts that it publishes, with the place of each. */
  events: Map<string, ts.Node>;
  /** The types of the audit records that it writes. */
  audits: Map<string, ts.Node>;
}

const isReaction = ({ expression }: ts.Decorator): boolean =>
  ts.isCallExpression(expression) && expression.expression.getText() === 'Reaction';

const isPublication = ({ expression, arguments: given }: ts.CallExpression): boolean =>
  ts.isPropertyAccessExpression(expression) && expression.name.text === 'publish' && given.length === 3;

/** Reads `tx.publish(aggregate, Contract, payload)`, and every text that is the type of an audit record. */
export function effectsOf({ ast }: SourceFile): Effects {
  const effects: Effects = { classes: [], reactions: [], events: new Map(), audits: new Map() };
  for (const node of nodesOf(ast)) {
    if (ts.isClassDeclaration(node) && node.name) {
      effects.classes.push(node.name.text);
      if ((ts.getDecorators(node) ?? []).some(isReaction)) effects.reactions.push(node.name.text);
    }
    if (ts.isStringLiteral(node) && /^[A-Z][A-Za-z]+Audit$/.test(node.text)) effects.audits.set(node.text, node);
    const contract = ts.isCallExpression(node) && isPublication(node) ? node.arguments[1] : undefined;
    if (contract && ts.isIdentifier(contract)) effects.events.set(contract.text, contract);
  }
  return effects;
}
