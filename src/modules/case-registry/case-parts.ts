import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { LinkRelation } from '../../contracts/case-registry/case-linked.v1.js';

/** That a case has to do with another. */
@Entity({ name: 'case_link' })
export class CaseLink {
  @PrimaryColumn({ name: 'link_id', type: 'text' })
  linkId!: string;

  @Column({ type: 'integer' })
  version!: number;

  @Column({ name: 'case_id', type: 'text' })
  caseId!: string;

  @Column({ name: 'linked_case_id', type: 'text' })
  linkedCaseId!: string;

  @Column({ type: 'text' })
  relation!: LinkRelation;

  @Column({ name: 'linked_at', type: 'timestamptz' })
  linkedAt!: Date;

  @Column({ name: 'linked_by', type: 'text' })
  linkedBy!: string;
}

/** What an officer noted. Never changed. */
@Entity({ name: 'case_note' })
export class CaseNote {
  @PrimaryColumn({ name: 'note_id', type: 'text' })
  noteId!: string;

  @Column({ type: 'integer' })
  version!: number;

  @Column({ name: 'case_id', type: 'text' })
  caseId!: string;

  @Column({ type: 'text' })
  text!: string;

  @Column({ name: 'written_at', type: 'timestamptz' })
  writtenAt!: Date;

  @Column({ name: 'written_by', type: 'text' })
  writtenBy!: string;
}
