import { describe, expect, it } from '@jest/globals';
import { Refusal } from '../../src/platform/base/refusal.js';
import { PathPattern } from '../../src/platform/http/path-part.js';
import { newId, idPattern } from '../../src/platform/base/ids.js';

describe('a part of a path', () => {
  const check = new PathPattern(idPattern('case'));

  it('reaches its route as it was given when it looks like what it names', () => {
    const caseId = newId('case');
    expect(check.transform(caseId)).toBe(caseId);
  });

  it.each(['', 'case_', 'case_unknown', newId('pty'), `${newId('case')}\n`, newId('case').toLowerCase()])(
    'is answered as not there, before anybody looks for it, when it is %j',
    (given) => {
      const refused = (): unknown => {
        try {
          return check.transform(given);
        } catch (error) {
          return error;
        }
      };
      expect(refused()).toBeInstanceOf(Refusal);
      expect(refused()).toMatchObject({ status: 404, errorCode: 'NOT_FOUND' });
    },
  );
});
