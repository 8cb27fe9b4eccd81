import { Body, Controller, Delete, Get, HttpCode, Patch, Post, Query } from '@nestjs/common';
import { CaseParty, RegisterCase } from '../../contracts/case-registry/register-case.js';
import { PageQuery, type Page } from '../../platform/http/page.js';
import { PathId } from '../../platform/http/path-part.js';
import type { Answer } from '../../platform/messaging/answer.js';
import { Allow } from '../../platform/policy/policy.js';
import { AddParty } from './add-party.js';
import { AmendHeader } from './amend-header.js';
import { HeaderAmendment } from './case-header.js';
import type { CaseNote } from './case-parts.js';
import { casePolicies } from './case-registry.policies.js';
import { CaseQuery, FindCases, type ListedCase } from './find-cases.js';
import { CaseLinkage, LinkCase } from './link-case.js';
import { ReadCase, type WholeCase } from './read-case.js';
import { ReadPermittedActions, type PermittedActions } from './read-permitted-actions.js';
import { RegisterCaseHandler } from './register-case.js';
import { RemoveParty } from './remove-party.js';
import { NoteText, WriteNote } from './write-note.js';

@Controller('cases')
export class CaseController {
  constructor(
    private readonly registerCase: RegisterCaseHandler,
    private readonly amendHeader: AmendHeader,
    private readonly addPartyToCase: AddParty,
    private readonly removePartyFromCase: RemoveParty,
    private readonly linkCase: LinkCase,
    private readonly writeNote: WriteNote,
    private readonly findCases: FindCases,
    private readonly readCase: ReadCase,
    private readonly readPermittedActions: ReadPermittedActions,
  ) {}

  /**
   * Registers a case. It gets its number and one investigation is opened for it. At least one party has the role
   * SUBJECT.
   */
  @Post()
  @Allow(casePolicies.register)
  register(@Body() body: RegisterCase): Promise<Answer> {
    return this.registerCase.carryOut(body);
  }

  /** The cases that the reader may see, newest first. Filter them by number, party or status, or search them. */
  @Get()
  @Allow(casePolicies.list)
  list(@Query() query: CaseQuery): Promise<Page<ListedCase>> {
    return this.findCases.list(query);
  }

  /** One case as its owner knows it. Names of parties are those at registration and those of now. */
  @Get(':caseId')
  @Allow(casePolicies.read)
  read(@PathId('caseId', 'case') caseId: string): Promise<WholeCase> {
    return this.readCase.whole(caseId);
  }

  /**
   * What the caller may do about the case now. Each owner weighs its own commands by the rules that the commands keep,
   * and says what stands against one.
   */
  @Get(':caseId/permitted-actions')
  @Allow(casePolicies.permittedActions)
  permittedActions(@PathId('caseId', 'case') caseId: string): Promise<PermittedActions> {
    return this.readPermittedActions.of(caseId);
  }

  /** Changes the header of a case. What is left out stays; null empties what may be empty. */
  @Patch(':caseId')
  @Allow(casePolicies.amend)
  amend(@PathId('caseId', 'case') caseId: string, @Body() body: HeaderAmendment): Promise<Answer> {
    return this.amendHeader.run(caseId, body);
  }

  /** Adds a party to a case. The name that it has now is kept as the name at registration. */
  @Post(':caseId/parties')
  @HttpCode(200)
  @Allow(casePolicies.addParty)
  addParty(@PathId('caseId', 'case') caseId: string, @Body() body: CaseParty): Promise<Answer> {
    return this.addPartyToCase.run(caseId, body);
  }

  /** Which party and role is said in the query string: a body of DELETE may be dropped on the way (RFC 9110). */
  @Delete(':caseId/parties')
  @HttpCode(200)
  @Allow(casePolicies.removeParty)
  removeParty(@PathId('caseId', 'case') caseId: string, @Query() query: CaseParty): Promise<Answer> {
    return this.removePartyFromCase.run(caseId, query);
  }

  /** Links a case to another. Whoever may see both sees the link. */
  @Post(':caseId/links')
  @Allow(casePolicies.link)
  link(@PathId('caseId', 'case') caseId: string, @Body() body: CaseLinkage): Promise<Answer> {
    return this.linkCase.run(caseId, body);
  }

  /** Writes a note. Notes are only added, never changed. */
  @Post(':caseId/notes')
  @Allow(casePolicies.note)
  note(@PathId('caseId', 'case') caseId: string, @Body() body: NoteText): Promise<Answer> {
    return this.writeNote.run(caseId, body);
  }

  /** The notes of a case, oldest first. They are for those who may see the case. */
  @Get(':caseId/notes')
  @Allow(casePolicies.readNotes)
  notes(@PathId('caseId', 'case') caseId: string, @Query() query: PageQuery): Promise<Page<CaseNote>> {
    return this.readCase.notes(caseId, query);
  }
}
