import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { absolute, atMost, measured, type Figure } from '../run/figure.js';
import { startApplication } from '../server/application.js';
import type { Bench } from './target.js';

/** From the start of the process on an empty folder, and on what it left, until `/readyz` says 200. */
export async function startUp({ cleanup, repeats }: Bench): Promise<Figure[]> {
  const [first, later]: [number[], number[]] = [[], []];
  for (let round = 0; round < repeats; round += 1) {
    const dataDir = await mkdtemp(join(tmpdir(), 'remit-bench-start-'));
    cleanup.add(() => rm(dataDir, { recursive: true, force: true }));
    await chmod(dataDir, 0o755);
    for (const times of [first, later]) {
      const remit = await startApplication({ REMIT_DATA_DIR: dataDir }, cleanup);
      times.push(remit.readyAfterMs / 1000);
      await remit.stop();
    }
  }
  const unit = 's until /readyz';
  return [
    absolute({ name: 'first embedded start', unit, target: atMost(8) }, measured(first)),
    absolute({ name: 'later embedded start', unit, target: atMost(4) }, measured(later)),
  ];
}
