import ts from 'typescript';

/** A name as its package exports it; `*` is the whole package. */
export interface Imported {
  from: string;
  name: string;
}

const bindingsOf = (statement: ts.ImportDeclaration): [string, Imported][] => {
  const from = (statement.moduleSpecifier as ts.StringLiteral).text;
  const clause = statement.importClause;
  const named = clause?.namedBindings;
  const whole = (name: ts.Identifier): [string, Imported] => [name.text, { from, name: '*' }];
  return [
    ...(clause?.name ? [whole(clause.name)] : []),
    ...(named && ts.isNamespaceImport(named) ? [whole(named.name)] : []),
    ...(named && ts.isNamedImports(named)
      ? named.elements.map(({ name, propertyName }): [string, Imported] => [
          name.text,
          { from, name: (propertyName ?? name).text },
        ])
      : []),
  ];
};

/** Tells which import an expression stands for, whatever the file has renamed it to. */
export const importsOf = (ast: ts.SourceFile): ((expression: ts.Node) => Imported | undefined) => {
  const bindings = new Map(ast.statements.filter(ts.isImportDeclaration).flatMap(bindingsOf));
  return (expression) => {
    if (ts.isIdentifier(expression)) return bindings.get(expression.text);
    if (!ts.isPropertyAccessExpression(expression) || !ts.isIdentifier(expression.expression)) return undefined;
    const whole = bindings.get(expression.expression.text);
    return whole?.name === '*' ? { from: whole.from, name: expression.name.text } : undefined;
  };
};
