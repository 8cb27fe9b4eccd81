import 'reflect-metadata';
import { Body, Controller, Get, Headers, Inject, Module, NotFoundException, Param, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import { answerCalls } from '../server/answer-calls.js';
import { openByTypeorm, registerByTypeorm } from './case-by-typeorm.js';
import { caseStatement } from './case-statement.js';
import { caseRows, NUMBER, type CaseBody } from './case-writes.js';

const CONNECTIONS = 16;
const POOL = Symbol('pool');
const SOURCE = Symbol('source');
const DOSSIER = `SELECT case_id, case_number, case_type_code, title, status, classification, restricted_to_team, team,
  location, received_on, registered_at, parties, links FROM reporting.case_dossier WHERE case_id = $1`;

/** Bare handlers: no token, no validation, no policy, nothing but the writes or the row. */
@Controller()
class BareController {
  constructor(
    @Inject(POOL) private readonly pool: pg.Pool,
    @Inject(SOURCE) private readonly source: DataSource,
  ) {}

  @Get('ping')
  ping(): object {
    return { pong: true };
  }

  @Get('rows/:caseId')
  async row(@Param('caseId') caseId: string): Promise<object> {
    const { rows } = await this.pool.query<object>({ name: 'row', text: DOSSIER, values: [caseId] });
    if (!rows[0]) throw new NotFoundException();
    return rows[0];
  }

  @Post('statement')
  async statement(@Body() body: CaseBody, @Headers('idempotency-key') key: string): Promise<object> {
    const rows = caseRows(body, key);
    const answer = await this.pool.query<{ value: string }>(caseStatement(rows));
    return { ...rows.answer.body, caseNumber: answer.rows[0]?.value ?? NUMBER };
  }

  @Post('insert')
  async insert(@Body() body: CaseBody, @Headers('idempotency-key') key: string): Promise<object> {
    const rows = caseRows(body, key);
    return { ...rows.answer.body, caseNumber: await registerByTypeorm(this.source, rows, 'insert') };
  }

  @Post('save')
  async save(@Body() body: CaseBody, @Headers('idempotency-key') key: string): Promise<object> {
    const rows = caseRows(body, key);
    return { ...rows.answer.body, caseNumber: await registerByTypeorm(this.source, rows, 'save') };
  }
}

export interface BareOptions {
  /** The module's own connection, as the application has it. */
  moduleUrl: string;
  administratorUrl: string;
}

async function listen({ moduleUrl, administratorUrl }: BareOptions): Promise<string> {
  const pool = new pg.Pool({ connectionString: moduleUrl, max: CONNECTIONS });
  const source = await openByTypeorm(administratorUrl, CONNECTIONS);
  @Module({
    controllers: [BareController],
    providers: [
      { provide: POOL, useValue: pool },
      { provide: SOURCE, useValue: source },
    ],
  })
  class BareModule {}
  const app = await NestFactory.create<NestFastifyApplication>(BareModule, new FastifyAdapter(), { logger: false });
  await app.listen(0, '127.0.0.1');
  return (await app.getUrl()).replace('[::1]', '127.0.0.1');
}

answerCalls({ listen });
