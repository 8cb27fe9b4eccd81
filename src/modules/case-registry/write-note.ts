import { Injectable } from '@nestjs/common';
import { IsString, Length, Matches } from 'class-validator';
import { currentCall } from '../../platform/base/context.js';
import { newId } from '../../platform/base/ids.js';
import type { Answer } from '../../platform/messaging/answer.js';
import { Work } from '../../platform/messaging/work.js';
import { loadReadable } from './case-access.js';
import { CaseNote } from './case-parts.js';

export class NoteText {
  @IsString()
  @Length(1, 20_000)
  @Matches(/\S/, { message: 'text must not be blank' })
  text!: string;
}

/** Notes are sensitive and interest nobody else: no event tells of them, only the audit record does. */
@Injectable()
export class WriteNote {
  constructor(private readonly work: Work) {}

  run(caseId: string, { text }: NoteText): Promise<Answer> {
    return this.work.run(async (tx) => {
      await loadReadable(tx, caseId);
      const note = Object.assign(new CaseNote(), {
        noteId: newId('note'),
        version: 1,
        caseId,
        text,
        writtenAt: tx.occurredAt,
        writtenBy: currentCall().actor.actorId,
      });
      const { noteId } = note;
      tx.add(note);
      tx.audit({
        eventType: 'CaseNotedAudit',
        action: 'WRITE_CASE_NOTE',
        subject: { caseId, noteId },
        subjectVersion: note.version,
      });
      return { status: 201, location: `/cases/${caseId}/notes`, body: { noteId, caseId }, of: note };
    });
  }
}
