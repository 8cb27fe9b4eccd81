import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';

/** The port of the last run when nobody else has it by now, so that tools which know it go on working; else a free one. */
export async function choosePort(dataDir: string): Promise<number> {
  const last = Number(await readFile(fileOf(dataDir), 'utf8').catch(() => ''));
  if (last >= 1024 && last <= 65_535 && (await listen(last))) return last;
  const free = await listen(0);
  if (!free) throw new Error('No port is free on 127.0.0.1.');
  return free;
}

export const rememberPort = (dataDir: string, port: number): Promise<void> => writeFile(fileOf(dataDir), `${port}\n`);

const fileOf = (dataDir: string): string => join(dataDir, 'postgres-port');

/** Listens for a moment and returns the port, or undefined when it is taken. */
const listen = (wanted: number): Promise<number | undefined> =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => {
      resolve(undefined);
    });
    probe.listen({ host: '127.0.0.1', port: wanted, exclusive: true }, () => {
      const address = probe.address();
      const port = address !== null && typeof address === 'object' ? address.port : undefined;
      probe.close(() => {
        resolve(port);
      });
    });
  });
