import ts from 'typescript';
import type { JsonSchema } from '../class-rules.js';
import type { TypeSchemas } from './type-schemas.js';

const isCode = (name: string): boolean => /^[A-Z][A-Z0-9_]*$/.test(name);

/** A refusal as its list has it: that of a module or of the platform. */
export interface ListedRefusal {
  code: string;
  status: number;
  title: string;
  /** What its problem document holds besides what any holds. */
  members: Record<string, JsonSchema>;
}

/** What the code of a route comes by. */
export interface Reached {
  /** By code. One may stand here that this route never raises, but none is missing. */
  refusals: ListedRefusal[];
  /** What its units of work answer: the types of their drafts. */
  drafts: ts.Type[];
  /** What it answers by itself, without a unit of work: `new Answer({ status, body: JSON.stringify(given) })`. */
  ready: Map<number, ts.Type>;
}

/** Packages, and the platform's own way to carry out any command: it raises no module's refusals. */
const NOT_ENTERED = /\/node_modules\/|\/src\/platform\/(messaging|database)\//;

function valueIn(object: ts.Node | undefined, key: string): ts.Expression | undefined {
  if (!object || !ts.isObjectLiteralExpression(object)) return undefined;
  return object.properties.filter(ts.isPropertyAssignment).find(({ name }) => name.getText() === key)?.initializer;
}

/** Where refusals are listed: a module's, and the platform's own. */
const REFUSALS = /\.errors\.ts$|\/src\/platform\/base\/refusal\.ts$/;

/** What runs when that is called or made which the symbol names. */
function bodiesOf(symbol: ts.Symbol | undefined): ts.Node[] {
  return (symbol?.declarations ?? [])
    .filter((each) => !NOT_ENTERED.test(each.getSourceFile().fileName))
    .flatMap((each): ts.Node[] => {
      if (ts.isFunctionLike(each)) return [each];
      if (ts.isClassDeclaration(each)) return each.members.filter(ts.isConstructorDeclaration);
      const isValue = ts.isVariableDeclaration(each) || ts.isPropertyAssignment(each) || ts.isPropertyDeclaration(each);
      return isValue && each.initializer ? [each.initializer] : [];
    });
}

/** Follows the code of a route: its own, that of its use case, and of all functions that these name. */
export class ReachedCode {
  constructor(
    private readonly checker: ts.TypeChecker,
    private readonly schemas: TypeSchemas,
  ) {}

  from(route: ts.MethodDeclaration): Reached {
    const [refusals, drafts, seen] = [new Map<string, ListedRefusal>(), new Set<ts.Type>(), new Set<ts.Node>()];
    const ready = new Map<number, ts.Type>();
    const enter = (body: ts.Node): void => {
      if (seen.has(body)) return;
      seen.add(body);
      ts.forEachChild(body, visit);
    };
    const visit = (node: ts.Node): void => {
      if (ts.isTypeNode(node)) return;
      if (ts.isCallExpression(node)) for (const draft of this.draftsOf(node)) drafts.add(draft);
      const answer = ts.isNewExpression(node) ? this.readyAnswer(node) : undefined;
      if (answer) ready.set(...answer);
      if (ts.isIdentifier(node)) {
        const refusal = isCode(node.text) ? this.refusalOf(node) : undefined;
        if (refusal) {
          const members = { ...refusals.get(refusal.code)?.members, ...refusal.members };
          refusals.set(refusal.code, { ...refusal, members });
        } else for (const body of bodiesOf(this.symbolOf(node))) enter(body);
      }
      ts.forEachChild(node, visit);
    };
    enter(route);
    return {
      refusals: [...refusals.values()].sort((a, b) => (a.code < b.code ? -1 : 1)),
      drafts: [...drafts],
      ready,
    };
  }

  private symbolOf(name: ts.Node): ts.Symbol | undefined {
    const symbol = this.checker.getSymbolAtLocation(name);
    return symbol && symbol.flags & ts.SymbolFlags.Alias ? this.checker.getAliasedSymbol(symbol) : symbol;
  }

  /** What a list of refusals says of the code, when it is taken from there. */
  private refusalOf({ parent, text }: ts.Identifier): ListedRefusal | undefined {
    if (!ts.isPropertyAccessExpression(parent)) return undefined;
    const [list] = this.symbolOf(parent.expression)?.declarations ?? [];
    if (!list || !REFUSALS.test(list.getSourceFile().fileName) || !ts.isVariableDeclaration(list)) return undefined;
    const [rules] = list.initializer && ts.isCallExpression(list.initializer) ? list.initializer.arguments : [];
    const rule = valueIn(rules, text);
    const [status, title] = [valueIn(rule, 'status'), valueIn(rule, 'title')];
    if (!status || !title || !ts.isStringLiteralLike(title)) return undefined;
    return { code: text, status: Number(status.getText()), title: title.text, members: this.membersOf(parent) };
  }

  private membersOf({ parent }: ts.PropertyAccessExpression): Record<string, JsonSchema> {
    const members = ts.isCallExpression(parent) ? parent.arguments[1] : undefined;
    if (!members) return {};
    const { properties } = this.schemas.of(this.checker.getTypeAtLocation(members));
    return (properties ?? {}) as Record<string, JsonSchema>;
  }

  private readyAnswer({ expression, arguments: given }: ts.NewExpression): [number, ts.Type] | undefined {
    const [status, body] = [valueIn(given?.[0], 'status'), valueIn(given?.[0], 'body')];
    if (expression.getText() !== 'Answer' || !status || !body || !ts.isCallExpression(body)) return undefined;
    const [value] = body.arguments;
    return value && [Number(status.getText()), this.checker.getTypeAtLocation(value)];
  }

  /** Of `work.run(decide)`: what `decide` gives, which becomes the answer when it commits. */
  private draftsOf({ expression, arguments: [decide] }: ts.CallExpression): ts.Type[] {
    if (!ts.isPropertyAccessExpression(expression) || expression.name.text !== 'run' || !decide) return [];
    if (this.checker.getTypeAtLocation(expression.expression).getSymbol()?.name !== 'Work') return [];
    return this.checker
      .getTypeAtLocation(decide)
      .getCallSignatures()
      .flatMap((signature) => this.checker.getAwaitedType(signature.getReturnType()) ?? [])
      .flatMap((draft) => (draft.isUnion() ? draft.types : draft));
  }
}
