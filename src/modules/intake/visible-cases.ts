import { Injectable } from '@nestjs/common';
import { callerMayRead } from '../../casework/visibility.js';
import { CASES_AT_ONCE, GetCaseReferences } from '../../contracts/case-registry/get-case-references.js';
import { inParts } from '../../platform/base/in-parts.js';
import { Bus } from '../../platform/messaging/bus.js';

/** Which of the cases that rows have led to their reader may see now: a case may have been restricted since. */
@Injectable()
export class VisibleCases {
  constructor(private readonly bus: Bus) {}

  /** @throws OWNER_UNAVAILABLE */
  async among(caseIds: Iterable<string>): Promise<ReadonlySet<string>> {
    const visible = new Set<string>();
    for (const some of inParts([...new Set(caseIds)], CASES_AT_ONCE))
      for (const found of await this.bus.ask(GetCaseReferences, { caseIds: some }))
        if (callerMayRead(found)) visible.add(found.caseId);
    return visible;
  }
}
