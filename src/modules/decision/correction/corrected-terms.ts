import { isDeepStrictEqual } from 'node:util';
import type { CaseReference } from '../../../contracts/case-registry/get-case-reference.js';
import type { UnitOfWork } from '../../../platform/messaging/unit-of-work.js';
import { refuseDecision } from '../decision.errors.js';
import { DecisionReasoning, DecisionVersion } from '../outcome/decision-version.js';
import { requireSound, type DecidedTerms } from '../outcome/determination.js';
import type { DecisionPackage } from '../package/decision-package.js';
import type { DecisionCorrection } from './decision-correction.js';

/** What the decision says now, and what it would say. */
export interface Corrected {
  present: DecisionVersion;
  terms: DecidedTerms;
  reasoning: string;
}

const termsIn = ({ outcome, legalBasisCodes, noticeRequired, obligations }: DecisionVersion): DecidedTerms => ({
  outcome,
  legalBasisCodes,
  noticeRequired,
  obligations,
});

/**
 * A corrected decision keeps every rule of a decision.
 * @throws CORRECTION_CHANGES_NOTHING, or the code of the rule that the corrected decision would break
 */
export async function correctedTerms(
  tx: UnitOfWork,
  { change, reasoningText }: DecisionCorrection,
  { decisionId, decisionVersion, subjectPartyId }: DecisionPackage,
  reference: CaseReference,
): Promise<Corrected> {
  const where = { decisionId: decisionId ?? '', decisionVersion: decisionVersion ?? 0 };
  const [[present], [presentReasoning]] = await Promise.all([
    tx.findBy(DecisionVersion, where),
    tx.findBy(DecisionReasoning, where),
  ]);
  if (!present || !presentReasoning) throw new Error('A decision has no version.');
  const terms = { ...termsIn(present), ...change };
  const reasoning = reasoningText ?? presentReasoning.reasoningText;
  const changes = reasoning !== presentReasoning.reasoningText || !isDeepStrictEqual(terms, termsIn(present));
  if (!changes) throw refuseDecision.CORRECTION_CHANGES_NOTHING();
  requireSound(terms, reasoning, [subjectPartyId, ...reference.parties.map(({ partyId }) => partyId)]);
  return { present, terms, reasoning };
}
