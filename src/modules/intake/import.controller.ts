import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { IsIn, IsOptional, IsString, Length } from 'class-validator';
import { Clock } from '../../platform/base/clock.js';
import { PathId } from '../../platform/http/path-part.js';
import { Answer } from '../../platform/messaging/answer.js';
import { Allow } from '../../platform/policy/policy.js';
import { takeFrontMatter } from './front-matter.js';
import { intakePolicies } from './intake.policies.js';
import { planImport } from './plan-import.js';
import { PreviewImport } from './preview-import.js';
import { ImportRowQuery, ReadImport, type ReadJob } from './read-import.js';
import { StartImport } from './start-import.js';

export class ImportQuery {
  /** The name of a shipped mapping, where several have the same columns. */
  @IsOptional()
  @IsString()
  @Length(1, 100)
  mapping?: string;

  /** Answers what would be done, and does nothing. */
  @IsOptional()
  @IsIn(['true', 'false'])
  dryRun?: 'true' | 'false';
}

@Controller('imports')
export class ImportController {
  constructor(
    private readonly clock: Clock,
    private readonly startImport: StartImport,
    private readonly previewImport: PreviewImport,
    private readonly readImport: ReadImport,
  ) {}

  /**
   * Takes a CSV file (`text/csv`). A mapping that is not shipped goes before its header row, between two lines `---`.
   * @param body its bytes, one character each
   */
  @Post()
  @HttpCode(202)
  @Allow(intakePolicies.start)
  async start(@Body() body: string, @Query() query: ImportQuery): Promise<Answer> {
    const { csv, mappingText } = takeFrontMatter(body);
    const today = this.clock.dayOf(this.clock.now());
    const plan = await planImport(csv, { mappingName: query.mapping, mappingText, today });
    if (query.dryRun === 'true')
      return new Answer({ status: 200, body: JSON.stringify(await this.previewImport.run(plan)) });
    return this.startImport.run(plan);
  }

  /** How far an import is. With the outcome of each row: created, existing or refused, and why. */
  @Get(':importId')
  @Allow(intakePolicies.read)
  read(@PathId('importId', 'imp') importId: string, @Query() query: ImportRowQuery): Promise<ReadJob> {
    return this.readImport.one(importId, query);
  }
}
