import ts from 'typescript';

/** By class and property, what the comment of a property says, in one line. */
export type FieldComments = Record<string, Record<string, string>>;

/**
 * Of every class of the source tree, its inherited properties included. Classes of one name keep what none of the others
 * contradicts: which of them is meant is not known where the comments are read.
 */
export function fieldComments(program: ts.Program): FieldComments {
  const checker = program.getTypeChecker();
  const found = new Map<string, Map<string, Set<string>>>();
  for (const file of program.getSourceFiles()) {
    if (file.fileName.includes('/node_modules/')) continue;
    for (const statement of file.statements) {
      if (!ts.isClassDeclaration(statement) || !statement.name) continue;
      const ofClass = found.get(statement.name.text) ?? new Map<string, Set<string>>();
      for (const [property, text] of commentsOf(checker.getTypeAtLocation(statement), checker))
        ofClass.set(property, (ofClass.get(property) ?? new Set()).add(text));
      if (ofClass.size > 0) found.set(statement.name.text, ofClass);
    }
  }
  const clear = (ofClass: Map<string, Set<string>>): [string, string][] =>
    [...ofClass].flatMap(([property, texts]) => (texts.size === 1 ? [[property, [...texts].join('')]] : []));
  return Object.fromEntries([...found].map(([name, ofClass]) => [name, Object.fromEntries(clear(ofClass))]));
}

const commentsOf = (type: ts.Type, checker: ts.TypeChecker): [string, string][] =>
  type.getProperties().flatMap((property): [string, string][] => {
    const text = ts.displayPartsToString(property.getDocumentationComment(checker)).replace(/\s+/g, ' ').trim();
    return text === '' || !(property.flags & ts.SymbolFlags.Property) ? [] : [[property.name, text]];
  });
