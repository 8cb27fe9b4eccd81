import { writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { describeAnswers } from '../platform/http/answers/described-answers.js';

/** Without an application that runs: for generators of clients and for linters. */
const documentCommand = (): Command =>
  new Command('document')
    .description('write openapi.json as a development machine serves it')
    .argument('<file>')
    .action(async (file: string) => {
      const [{ unstarted }, { declarations }, { describeUnstarted }] = await Promise.all([
        import('./unstarted.js'),
        import('../platform/start.js'),
        import('../platform/describe-unstarted.js'),
      ]);
      const declared = declarations();
      const document = await describeUnstarted(unstarted(declared), declared);
      writeFileSync(file, `${JSON.stringify(document, null, 2)}\n`);
    });

/** What the build reads from the code, so that the API can describe itself. */
export const apiCommand = (): Command =>
  new Command('api')
    .description('how the API describes itself')
    .addCommand(documentCommand())
    .addCommand(
      new Command('describe')
        .description('read what each route answers from its code; part of the build')
        .action(async () => {
          const file = await describeAnswers(process.cwd());
          if (file !== undefined) process.stdout.write(`Wrote ${file}.\n`);
        }),
    );
