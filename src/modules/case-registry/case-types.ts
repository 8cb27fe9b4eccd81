import { Injectable } from '@nestjs/common';
import { ModuleDatabase } from '../../platform/database/module-database.js';
import { invalid } from '../../platform/base/refusal.js';

/** The catalogue of case types. Read again when a code is not known yet, so that additions need no restart. */
@Injectable()
export class CaseTypes {
  private names: ReadonlyMap<string, string> = new Map();

  constructor(private readonly database: ModuleDatabase) {}

  /** @throws VALIDATION_FAILED that lists the catalogue's codes */
  async nameOf(code: string): Promise<string> {
    if (!this.names.has(code)) await this.load();
    const name = this.names.get(code);
    if (name === undefined)
      throw invalid({
        name: 'caseTypeCode',
        code: 'IS_IN',
        reason: `Use one of ${[...this.names.keys()].join(', ')}.`,
      });
    return name;
  }

  private async load(): Promise<void> {
    const rows = await this.database.query<{ code: string; name: string }>({
      text: 'SELECT code, name FROM case_type ORDER BY code',
      values: [],
    });
    this.names = new Map(rows.map(({ code, name }) => [code, name]));
  }
}
