import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { get, request, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { RemitProcess } from '../support/process.js';

const MIB = 1_048_576;
/** `EVIDENCE_MIB=1024` for what is promised; less where time is short. */
const SIZE = Number(process.env.EVIDENCE_MIB ?? 192) * MIB;
const GROWTH_LIMIT = 100 * MIB;

describe('an upload to a running application', () => {
  let dataDir: string;
  let remit: RemitProcess;
  let pid: number;
  let evidence: () => Promise<string>;
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'remit-uploads-'));
    // As root the embedded server runs as another user, who must be able to pass through.
    await chmod(dataDir, 0o755);
    await begin();
    const ines = remit.as('intake_ines');
    const { body: party } = await ines.post('/parties', { kind: 'PERSON', legalName: 'Ada Rowe' });
    const { body } = await ines.post('/cases', { caseTypeCode: 'WASTE', parties: [{ partyId: party.partyId, role: 'SUBJECT' }] }); // prettier-ignore
    evidence = async () => {
      const item = { caseId: body.caseId, title: 'Dump', mediaType: 'application/octet-stream', classification: 'INTERNAL', collectedAt: '2026-01-05', collectedBy: 'Ivo' }; // prettier-ignore
      return String((await remit.as('investigator_ivo').post('/evidence', item)).body.evidenceId);
    };
  }, 120_000);
  afterAll(async () => {
    await remit.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  async function begin(): Promise<void> {
    remit = await RemitProcess.start(dataDir);
    pid = remit.pid;
  }

  const residentBytes = async (): Promise<number> =>
    Number(/VmRSS:\s+(\d+) kB/.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;

  async function authorization(actorId: string): Promise<string> {
    const response = await fetch(`${remit.baseUrl}/api/v1/dev/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ actorId }),
    });
    return `Bearer ${((await response.json()) as { accessToken: string }).accessToken}`;
  }

  const pathOf = (evidenceId: string): string => `${remit.baseUrl}/api/v1/evidence/${evidenceId}/content`;

  it('and the download after it take memory that does not grow with the content', async () => {
    const evidenceId = await evidence();
    const before = await residentBytes();
    let most = before;
    const watch = async (): Promise<void> => {
      most = Math.max(most, await residentBytes());
    };
    const hash = createHash('sha256');
    const upload = request(pathOf(evidenceId), {
      method: 'PUT',
      headers: { authorization: await authorization('investigator_ivo'), 'if-match': '"1"', 'content-length': SIZE },
    });
    const replied = once(upload, 'response') as Promise<[IncomingMessage]>;
    for (let sent = 0; sent < SIZE; sent += MIB) {
      const piece = Buffer.alloc(MIB, sent / MIB);
      hash.update(piece);
      if (!upload.write(piece)) await once(upload, 'drain');
      await watch();
    }
    upload.end();
    const [reply] = await replied;
    reply.resume();
    expect(reply.statusCode).toBe(200);
    const sent = hash.digest('hex');
    const headers = { authorization: await authorization('custodian_cleo') };
    const [download] = (await once(get(pathOf(evidenceId), { headers }), 'response')) as [IncomingMessage];
    const received = createHash('sha256');
    let pieces = 0;
    for await (const piece of download) {
      received.update(piece as Buffer);
      if ((pieces += 1) % 64 === 0) await watch();
    }
    expect([download.statusCode, received.digest('hex')]).toEqual([200, sent]);
    expect(most - before).toBeLessThan(GROWTH_LIMIT);
  }, 300_000);

  it('that a kill interrupts leaves no version, and after the next start no file', async () => {
    const evidenceId = await evidence();
    const upload = request(pathOf(evidenceId), {
      method: 'PUT',
      headers: { authorization: await authorization('investigator_ivo'), 'if-match': '"1"', 'content-length': 9 * MIB },
    });
    upload.on('error', () => undefined);
    upload.write(Buffer.alloc(MIB));
    const incoming = (): Promise<string[]> => readdir(join(dataDir, 'evidence', 'incoming'));
    await eventually(incoming, (names) => names.length === 1);
    await remit.killGroup();
    expect(await incoming()).toHaveLength(1);
    await begin();
    expect(await incoming()).toEqual([]);
    const { body } = await remit.as('custodian_cleo').get(`/evidence/${evidenceId}`);
    expect(body).toMatchObject({ status: 'REGISTERED', evidenceVersion: 0, versions: [] });
  }, 120_000);
});
