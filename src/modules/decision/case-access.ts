import { Injectable } from '@nestjs/common';
import { GetCaseReference, type CaseReference } from '../../contracts/case-registry/get-case-reference.js';
import { concerns } from '../../platform/base/context.js';
import { Bus } from '../../platform/messaging/bus.js';
import { callerMayRead } from '../../casework/visibility.js';
import { refuse } from '../../platform/base/refusal.js';

/** Who may see a case is asked of its owner each time: a decision is not shown by a copy that may be out of date. */
@Injectable()
export class CaseAccess {
  constructor(private readonly bus: Bus) {}

  /** The case if there is one that the caller may see. @throws OWNER_UNAVAILABLE when Case Registry does not answer */
  async find(caseId: string): Promise<CaseReference | undefined> {
    const reference = await this.bus.ask(GetCaseReference, { caseId });
    return reference && callerMayRead(reference) ? reference : undefined;
  }

  /** For what is ours and belongs to the case. @throws NOT_FOUND: not yours and not there look the same */
  async readable(caseId: string): Promise<CaseReference> {
    concerns({ caseId });
    const reference = await this.find(caseId);
    if (!reference) throw refuse.NOT_FOUND();
    return reference;
  }
}
