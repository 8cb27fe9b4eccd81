import { Injectable } from '@nestjs/common';
import type { CaseReference } from '../../../contracts/case-registry/get-case-reference.js';
import { ModuleDatabase } from '../../../platform/database/module-database.js';
import { refuse } from '../../../platform/base/refusal.js';
import { CaseAccess } from '../case-access.js';
import { DecisionPackage } from './decision-package.js';

export interface ReadablePackage {
  found: DecisionPackage;
  /** The case as its owner knows it now. */
  reference: CaseReference;
}

/** Finds packages and decisions that the caller may see, which only the case's owner can say. */
@Injectable()
export class FindPackage {
  constructor(
    private readonly database: ModuleDatabase,
    private readonly cases: CaseAccess,
  ) {}

  /** @throws NOT_FOUND: not yours and not there look the same */
  async byId(decisionPackageId: string): Promise<ReadablePackage> {
    return this.readable(await this.database.find(DecisionPackage, { decisionPackageId }));
  }

  /** @throws NOT_FOUND: not yours and not there look the same */
  async ofDecision(decisionId: string): Promise<ReadablePackage> {
    return this.readable(await this.database.find(DecisionPackage, { decisionId }));
  }

  private async readable([found]: DecisionPackage[]): Promise<ReadablePackage> {
    if (!found) throw refuse.NOT_FOUND();
    return { found, reference: await this.cases.readable(found.caseId) };
  }
}
