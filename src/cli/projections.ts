import { Command, Option } from 'commander';
import { ApiClient } from './api-client.js';
import { say, showProgress } from './progress.js';
import { reachApplication } from './reach-application.js';

interface Options {
  key?: string;
  reason: string;
  as: string;
  token?: string;
  url?: string;
}

interface Job {
  status: 'RUNNING' | 'PAUSED' | 'COMPLETED' | 'FAILED' | 'CANCELLED';
  done: number | null;
  total: number | null;
  ratePerSecond?: number | null;
  secondsLeft?: number | null;
  lastError?: string | null;
}

const POLL_MS = 200;

const amount = ({ done, total, ratePerSecond, secondsLeft }: Job): string => {
  const rate = ratePerSecond ? `, ${Math.round(ratePerSecond)} a second` : '';
  const left = secondsLeft ? `, ${Math.ceil(secondsLeft)} seconds left` : '';
  return `${done ?? 0} of ${total ?? 0} events${rate}${left}`;
};

/** Asks for the rebuild and polls until it has ended. */
async function rebuild(name: string, { key, reason, ...options }: Options): Promise<void> {
  const remit = await reachApplication(options.url);
  try {
    const client = await ApiClient.as(remit.url, options.token, options.as);
    const body = { reason, ...(key !== undefined && { key }) };
    const started = await client.post<{ jobId: string; projection: string }>(
      `/operations/projections/${encodeURIComponent(name)}/rebuild`,
      body,
    );
    const { jobId, projection } = started;
    say(`The rebuild of ${projection} has begun (${jobId}). Readers see its rows as they are until it has ended.`);
    const progress = showProgress('{bar} {said}');
    const job = await client
      .watch<Job>(`/operations/jobs/${jobId}`, POLL_MS, jobId, (now) => {
        progress.update(now.done ?? 0, now.total ?? 0, amount(now));
        return now.status !== 'RUNNING' && now.status !== 'PAUSED';
      })
      .finally(() => {
        progress.stop();
      });
    if (job.status === 'COMPLETED') {
      say(`${projection} is rebuilt: ${amount(job)}.`);
      return;
    }
    say(
      `The rebuild of ${projection} was ${job.status === 'FAILED' ? 'given up' : 'cancelled'}; its rows are as they were.`,
    );
    if (job.lastError) say(`The log of the application says more than this: ${job.lastError}`);
    process.exitCode = 1;
  } finally {
    await remit.stop();
  }
}

/** `remit projections …`: read models and caches, which are made from the log. */
export const projectionsCommand = (): Command => {
  const command = new Command('projections').description('Read models and caches, which are made from the log');
  command
    .command('rebuild')
    .argument('<name>', 'a projection, such as reporting.case-dossier; its last part where only one module has it')
    .description('make its rows anew from the log and its archives, while readers see those that are there')
    .option('--key <id>', 'a case or a party whose rows alone are made anew')
    .option('--reason <text>', 'why, for the audit trail', 'Asked for on the command line.')
    .addOption(new Option('--as <actorId>', 'a demo officer, in whose name to ask').default('operator_otto'))
    .addOption(new Option('--token <token>', 'a bearer token, in whose name to ask').env('REMIT_TOKEN'))
    .option('--url <url>', 'where Remit runs; without, the one on this machine, or one started for the command')
    .addHelpText(
      'after',
      '\nExit code 0: its rows are made anew. 1: it failed or was cancelled, and they are as they were.',
    )
    .action(rebuild);
  return command;
};
