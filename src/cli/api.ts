import { Command } from 'commander';
import { describeAnswers } from '../platform/http/answers/described-answers.js';

/** What the build reads from the code, so that the API can describe itself. */
export const apiCommand = (): Command =>
  new Command('api').description('how the API describes itself').addCommand(
    new Command('describe')
      .description('read what each route answers from its code; part of the build')
      .action(async () => {
        const file = await describeAnswers(process.cwd());
        if (file !== undefined) process.stdout.write(`Wrote ${file}.\n`);
      }),
  );
