import { describe, expect, it } from '@jest/globals';
import { lifeOfACase } from '../../examples/client/life-of-a-case.js';
import { theApplication } from '../support/remit.js';

describe('the example of a generated client', () => {
  it('leads a case from its registration to a corrected decision, by the generated client alone', async () => {
    const { baseUrl } = await theApplication();
    const { caseId, caseNumber, decision, dossier, actions } = await lifeOfACase(baseUrl, 'Weir Paper Ltd');
    expect(caseNumber).toMatch(/^WAT-\d{4}-\d{6}$/);
    expect(decision).toMatchObject({ caseId, outcome: 'WARNING_AND_REMEDIATION_ORDER', decisionVersion: 2 });
    expect(dossier.data.decisions).toMatchObject([
      { decisionId: decision.decisionId, decisionVersion: 2, outcome: 'WARNING_AND_REMEDIATION_ORDER' },
    ]);
    expect(actions).toEqual(
      expect.arrayContaining(['REGISTER_CASE', 'RECORD_FINDING', 'APPROVE_DECISION', 'APPROVE_DECISION_CORRECTION']),
    );
  });
});
