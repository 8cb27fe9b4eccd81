import { mkdtemp, readdir, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { rangeOf } from '../../../src/modules/evidence/content/byte-range.js';
import { digestHeader, digestSaid } from '../../../src/modules/evidence/content/content-digest.js';
import { ContentTooLarge } from '../../../src/modules/evidence/content/content-store.js';
import { FolderContentStore } from '../../../src/modules/evidence/content/folder-content-store.js';
import { contradicts } from '../../../src/modules/evidence/content/media-type.js';
import { CustodyCheck, type ChainLink } from '../../../src/modules/evidence/custody-chain.js';

const HELLO = '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824';
const pieces = (...texts: string[]): AsyncIterable<Buffer> => Readable.from(texts.map((text) => Buffer.from(text)));

describe('the folder of contents', () => {
  let folder: string;
  let store: FolderContentStore;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'remit-contents-'));
    store = new FolderContentStore(folder);
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('finds what was kept by its digest, the same content once', async () => {
    for (const split of [['hello'], ['he', 'llo']]) {
      const received = await store.receive(pieces(...split), 5);
      expect(received).toMatchObject({ sha256: HELLO, size: 5 });
      await received.keep();
    }
    const content = await store.open(HELLO);
    expect(await content?.digest()).toBe(HELLO);
    expect((await buffer(content?.read(1, 3) ?? Readable.from([]))).toString()).toBe('ell');
    expect((await readdir(folder, { recursive: true })).filter((name) => name.endsWith(HELLO))).toHaveLength(1);
  });

  it('does not find what was received only, discarded or removed', async () => {
    const received = await store.receive(pieces('hello'), 5);
    expect(await store.open(HELLO)).toBeNull();
    await received.discard();
    expect(await readdir(join(folder, 'incoming'))).toEqual([]);
    await (await store.receive(pieces('hello'), 5)).keep();
    await store.remove(HELLO);
    await store.remove(HELLO);
    expect(await store.open(HELLO)).toBeNull();
  });

  it('leaves nothing of what is too long, or breaks off', async () => {
    await expect(store.receive(pieces('hel', 'lo!'), 5)).rejects.toBeInstanceOf(ContentTooLarge);
    const broken = Readable.from((function* () {
      yield Buffer.from('he');
      throw new Error('gone');
    })()); // prettier-ignore
    await expect(store.receive(broken, 5)).rejects.toThrow('gone');
    expect(await readdir(join(folder, 'incoming'))).toEqual([]);
  });

  it('clears what nobody has written to for long, and nothing else', async () => {
    await store.clear(new Date());
    await store.receive(pieces('hello'), 5);
    await store.receive(pieces('other'), 5);
    const [first = ''] = await readdir(join(folder, 'incoming'));
    await utimes(join(folder, 'incoming', first), 1_000, 1_000);
    await store.clear(new Date(2_000_000));
    expect(await readdir(join(folder, 'incoming'))).toHaveLength(1);
  });
});

describe('Content-Digest', () => {
  it('is read where it stands, and written the same way', () => {
    const header = digestHeader(HELLO);
    expect([digestSaid(header), digestSaid(`sha-512=:AAAA:, ${header}`), digestSaid(undefined)]).toEqual([HELLO, HELLO, undefined]); // prettier-ignore
  });

  it('counts where it is said last, as in any dictionary of RFC 9651', () => {
    const other = digestHeader('0'.repeat(64));
    expect(digestSaid(`${other}, ${digestHeader(HELLO)};by=me`)).toBe(HELLO);
    expect(digestSaid(`${digestHeader(HELLO)}, ${other}`)).toBe('0'.repeat(64));
  });

  it.each([
    '',
    'sha-256=abc',
    'sha-256',
    'sha-256=:AAAA:',
    'sha-512=:AAAA:',
    `sha-256=${HELLO}`,
    `md5="${digestHeader(HELLO)}`,
  ])('is refused as "%s"', (header) => {
    expect(() => digestSaid(header)).toThrow(/Content-Digest/);
  });
});

describe('a range of bytes', () => {
  it.each([
    ['is everything for more last bytes than there are', 'bytes=-30', { first: 0, last: 19 }],
    ['ends where the content does', 'bytes=10-99999999', { first: 10, last: 19 }],
    ['that ends before it begins is passed over', 'bytes=5-2', 'WHOLE'],
    ['that is one of several is passed over', 'bytes=0-1, 4-5', 'WHOLE'],
    ['in another unit is passed over', 'rows=0-1', 'WHOLE'],
    ['after the end is refused', 'bytes=20-', 'UNSATISFIABLE'],
    ['of no last bytes is refused', 'bytes=-0', 'UNSATISFIABLE'],
  ])('%s', (_, header, range) => {
    expect(rangeOf(header, 20)).toEqual(range);
  });
});

describe('what first bytes say of a media type', () => {
  const png = Buffer.from('89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489', 'hex');
  const zip = Buffer.from('504b0506000000000000000000000000000000000000', 'hex');
  const pdf = Buffer.from('%PDF-1.7\n1 0 obj\n');
  it.each([
    ['image/png', png, false],
    ['IMAGE/PNG; q="x"', png, false],
    ['application/octet-stream', png, false],
    ['application/pdf', png, true],
    ['text/plain', png, true],
    ['image/jpeg', png, true],
    ['image/png', pdf, true],
    ['application/vnd.openxmlformats-officedocument.wordprocessingml.document', zip, false],
    ['image/png', zip, true],
    ['text/csv', Buffer.from('a,b\n1,2\n'), false],
    ['image/png', Buffer.from('no picture'), false],
    ['application/pdf', pdf, false],
  ])('%s', async (declared, head, contradicted) => {
    expect(await contradicts(declared, head)).toBe(contradicted);
  });
});

describe('a chain of custody', () => {
  const chain: ChainLink[] = ['a', 'b', 'c'].map((hash, index) => ({
    seq: index + 1,
    hash,
    recomputed: hash,
    previousHash: ['0'.repeat(64), 'a', 'b'][index] ?? '',
  }));
  const check = (links: readonly ChainLink[]) => {
    const found = new CustodyCheck();
    for (const link of links) found.take(link);
    return found.verdict;
  };
  const changed = (at: number, more: Partial<ChainLink>) => chain.map((link, index) => (index === at ? { ...link, ...more } : link)); // prettier-ignore

  it('is intact from its beginning on, and when nothing is in it', () => {
    expect(check(chain)).toEqual({ events: 3, intact: true, firstBroken: null, head: { seq: 3, hash: 'c' } });
    expect(check([])).toEqual({ events: 0, intact: true, firstBroken: null, head: null });
  });

  it.each<[string, ChainLink[], object]>([
    ['lacks its first', chain.slice(1), { seq: 1, reason: 'GAP' }],
    ['lacks one within', chain.filter(({ seq }) => seq !== 2), { seq: 2, reason: 'GAP' }],
    ['has one that was changed', changed(1, { recomputed: 'x' }), { seq: 2, reason: 'HASH_MISMATCH' }],
    ['has one that was made anew', changed(1, { hash: 'x', recomputed: 'x' }), { seq: 3, reason: 'LINK_BROKEN' }],
  ])('that %s is broken there', (_, links, firstBroken) => {
    expect(check(links)).toMatchObject({ intact: false, firstBroken });
  });
});
