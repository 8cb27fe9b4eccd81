import { describe, expect, it } from '@jest/globals';
import { readModelsByEvent } from '../../src/platform/ownership/read-models-by-event.js';
import { declarations } from '../../src/platform/start.js';

describe('the read models that may lag after an event', () => {
  const found = readModelsByEvent(declarations());

  it('are those that are read from a projection which consumes it', () => {
    expect(found.get('CaseRegistered')).toEqual(['caseDossier', 'officerWorklist', 'partyCaseHistory']);
    expect(found.get('EvidenceClassified')).toEqual(['caseDossier']);
  });

  it('are all that show names, after a party changes its name', () => {
    expect(found.get('PartyProfileChanged')).toEqual(['caseDossier', 'officerWorklist', 'partyCaseHistory']);
  });

  it('are none where only reactions and records follow', () => {
    expect(found.get('InvestigationOpenRequested')).toEqual([]);
    expect(found.get('AuditStaged')).toEqual([]);
  });
});
