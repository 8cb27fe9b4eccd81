import { Controller, Get, Query } from '@nestjs/common';
import type { Page } from '../../platform/http/page.js';
import { PathId } from '../../platform/http/path-part.js';
import { Allow } from '../../platform/policy/policy.js';
import { FindProcesses, ProcessQuery, type ReadProcess } from './find-processes.js';
import { workflowPolicies } from './workflow.policies.js';

@Controller('processes')
export class WorkflowController {
  constructor(private readonly processes: FindProcesses) {}

  /** The processes of a case. For those who may see the case. */
  @Get()
  @Allow(workflowPolicies.list)
  list(@Query() query: ProcessQuery): Promise<Page<ReadProcess>> {
    return this.processes.list(query);
  }

  /** One process. Which facts of its case it has seen, and what it waits for. */
  @Get(':processInstanceId')
  @Allow(workflowPolicies.read)
  read(@PathId('processInstanceId', 'wf') processInstanceId: string): Promise<ReadProcess> {
    return this.processes.one(processInstanceId);
  }
}
