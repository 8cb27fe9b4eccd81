import { BoundedContext } from '../../platform/kernel/bounded-context.js';
import type { CaseworkConfiguration } from '../../casework/configuration.js';
import { CONFIGURATION } from '../../platform/base/configuration.js';
import { AccessGrant } from './access-grant.js';
import { AddContent } from './add-content.js';
import { AnswerEvidenceActions } from './answer-evidence-actions.js';
import { AnswerEvidenceReference } from './answer-evidence-reference.js';
import { AttestCustody } from './attest-custody.js';
import { ClassifyEvidence } from './classify-evidence.js';
import { ContentController } from './content.controller.js';
import { CONTENT_STORE } from './content/content-store.js';
import { FolderContentStore } from './content/folder-content-store.js';
import { KeepContents, SweepContents, VerifyDueContents } from './content/keep-contents.js';
import { RecordVerification } from './content/record-verification.js';
import { StoredContents } from './content/stored-contents.js';
import { VerifyContents } from './content/verify-contents.js';
import { CustodyEvent } from './custody-event.js';
import { EvidenceAccess } from './evidence-access.js';
import { EvidenceItem } from './evidence-item.js';
import { EvidenceVersion } from './evidence-version.js';
import { EvidenceController } from './evidence.controller.js';
import { GrantAccess } from './grant-access.js';
import { HoldEvidence } from './hold-evidence.js';
import { ReadContent } from './read-content.js';
import { ReadCustody } from './read-custody.js';
import { ReadEvidence } from './read-evidence.js';
import { RegisterEvidence } from './register-evidence.js';
import { RevokeAccess } from './revoke-access.js';
import { TransferCustody } from './transfer-custody.js';

@BoundedContext({
  name: 'evidence',
  entities: [EvidenceItem, EvidenceVersion, AccessGrant, CustodyEvent],
  controllers: [EvidenceController, ContentController],
  providers: [
    {
      provide: CONTENT_STORE,
      inject: [CONFIGURATION],
      useFactory: ({ evidenceDir }: CaseworkConfiguration) => new FolderContentStore(evidenceDir),
    },
    StoredContents,
    RecordVerification,
    VerifyContents,
    KeepContents,
    SweepContents,
    VerifyDueContents,
    EvidenceAccess,
    RegisterEvidence,
    AddContent,
    ReadContent,
    ReadEvidence,
    ClassifyEvidence,
    TransferCustody,
    HoldEvidence,
    GrantAccess,
    RevokeAccess,
    ReadCustody,
    AttestCustody,
    AnswerEvidenceReference,
    AnswerEvidenceActions,
  ],
})
export class EvidenceModule {}
