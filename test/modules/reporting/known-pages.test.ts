import { describe, expect, it } from '@jest/globals';
import { KnownPages } from '../../../src/modules/reporting/known-pages.js';

describe('pages known from before', () => {
  it('make room by the least lately asked for', () => {
    const pages = new KnownPages<string>(2);
    pages.put('first', { revision: '1', page: 'a' });
    pages.put('second', { revision: '1', page: 'b' });
    expect(pages.get('first')?.page).toBe('a');
    pages.put('third', { revision: '2', page: 'c' });
    expect(['first', 'second', 'third'].map((key) => pages.get(key)?.page)).toEqual(['a', undefined, 'c']);
  });

  it('are replaced by what was read later', () => {
    const pages = new KnownPages<string>(2);
    pages.put('first', { revision: '1', page: 'a' });
    pages.put('first', { revision: '2', page: 'b' });
    expect(pages.get('first')).toEqual({ revision: '2', page: 'b' });
  });
});
