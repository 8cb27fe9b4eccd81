#!/usr/bin/env bash
# Guess:  a JSDoc comment directly before the first property of a class documents it, wherever the line breaks are.
# So is:  when the comment stands on the line of the class's opening brace, the compiler's own reading of comments
#         (Symbol.getDocumentationComment) gives nothing for it, nor for a property that follows on the same line. The same
#         comments, each on a line of its own, are read. Generators of descriptions lose them without a word.
# Version: typescript 5.9.3, on Node 20 and later. Source: seen by running it, as printed below.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --no-audit --no-fund --silent typescript@5.9.3
cat >one-line.ts <<'TS'
export class Query { /** Words. */ search?: string; /** At most 100. */ limit?: number; }
TS
cat >lines.ts <<'TS'
export class Query {
  /** Words. */
  search?: string;
  /** At most 100. */
  limit?: number;
}
TS
cat >read.mjs <<'JS'
import ts from 'typescript';
const read = (file) => {
  const program = ts.createProgram([file], { noLib: true, types: [] });
  const checker = program.getTypeChecker();
  const [query] = program.getSourceFile(file).statements;
  const properties = checker.getTypeAtLocation(query).getProperties();
  return properties.map((each) => ts.displayPartsToString(each.getDocumentationComment(checker)));
};
const seen = JSON.stringify({ 'on one line': read('one-line.ts'), 'on lines of their own': read('lines.ts') });
console.log('typescript', ts.version);
console.log(seen);
const expected = process.argv[2] ?? '{"on one line":["",""],"on lines of their own":["Words.","At most 100."]}';
process.exit(seen === expected ? 0 : 1);
JS
node read.mjs "$@"
