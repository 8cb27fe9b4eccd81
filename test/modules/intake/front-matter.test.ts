import { describe, expect, it } from '@jest/globals';
import { takeFrontMatter } from '../../../src/modules/intake/front-matter.js';
import type { Refusal } from '../../../src/platform/base/refusal.js';

const sent = (text: string): string => Buffer.from(text).toString('latin1');
const taken = (text: string): [string, string | undefined] => {
  const { csv, mappingText } = takeFrontMatter(sent(text));
  return [csv.toString(), mappingText];
};

describe('A file that was sent', () => {
  it('is its own when nothing stands before it', () => {
    expect(taken('name,café\n---\n')).toEqual(['name,café\n---\n', undefined]);
    expect(takeFrontMatter(undefined).csv).toHaveLength(0);
  });

  it.each([
    ['---\nname: é\n---\na,b\n', ['a,b\n', 'name: é']],
    ['---\r\nname: x\r\n--- \r\na,b', ['a,b', 'name: x']],
    ['\uFEFF---\nname: x\n---\n\uFEFFa,b', ['\uFEFFa,b', 'name: x']],
    ['---\n---\na,b', ['a,b', '']],
    ['---\nname: x\n---', ['', 'name: x']],
  ])('%j has a mapping before it', (text, parts) => {
    expect(taken(text)).toEqual(parts);
  });

  it.each([
    ['without an end', sent('---\nname: x\na,b')],
    ['that is too long', `---\n${'#'.repeat(70_000)}\n---\na,b`],
    ['that is not UTF-8', '---\nname: \xe9\n---\na,b'],
  ])('is refused with a mapping %s', (_, text) => {
    expect(() => takeFrontMatter(text)).toThrow(
      expect.objectContaining({ errorCode: 'MAPPING_INVALID' } satisfies Partial<Refusal>),
    );
  });
});
