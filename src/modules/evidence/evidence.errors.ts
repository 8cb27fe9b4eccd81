import { refusals } from '../../platform/base/refusal.js';

/** Every way in which Evidence refuses. */
export const refuseEvidence = refusals({
  UNKNOWN_CASE: { status: 409, title: 'The case does not exist, or is not yours to see.' },
  EVIDENCE_ACCESS_REFUSED: { status: 403, title: 'This item of evidence is above your clearance.' },
  MEDIA_TYPE_MISMATCH: { status: 409, title: 'The content is not of the media type that was registered.' },
  CONTENT_DIGEST_MISMATCH: { status: 400, title: 'What arrived is not what Content-Digest says was sent.' },
  UPLOAD_INTERRUPTED: { status: 400, title: 'The upload ended before its content was complete.' },
  RANGE_NOT_SATISFIABLE: { status: 416, title: 'The content has no such range of bytes.' },
  EVIDENCE_CONTENT_DAMAGED: { status: 500, title: 'The stored content is not what was stored, and is not handed out.' },
  CLASSIFICATION_UNCHANGED: { status: 409, title: 'The item has this classification already.' },
  CUSTODY_UNCHANGED: { status: 409, title: 'The item is in the custody of this officer already.' },
  HOLD_UNCHANGED: { status: 409, title: 'The legal hold is as you wish it already.' },
  GRANT_TO_ONESELF: { status: 409, title: 'Nobody grants access to themselves.' },
  GRANT_ENDED: { status: 409, title: 'The grant has ended already.' },
  VERIFICATION_RECORDED: { status: 409, title: 'The verification was recorded meanwhile.' },
});
