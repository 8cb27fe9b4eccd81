import { BoundedContext } from '../../platform/kernel/bounded-context.js';
import type { CaseworkConfiguration } from '../../casework/configuration.js';
import { CONFIGURATION } from '../../platform/base/configuration.js';
import { AccessGrant } from './access-grant.js';
import { AnswerEvidenceActions } from './answer-evidence-actions.js';
import { AnswerEvidenceReference } from './answer-evidence-reference.js';
import { AttestCustody } from './attest-custody.js';
import { ContentController } from './content.controller.js';
import { CONTENT_STORE } from './content/content-store.js';
import { FolderContentStore } from './content/folder-content-store.js';
import { KeepContents, SweepContents, VerifyDueContents } from './content/keep-contents.js';
import { CustodyEvent } from './custody-event.js';
import { EvidenceItem } from './evidence-item.js';
import { EvidenceVersion } from './evidence-version.js';
import { EvidenceController } from './evidence.controller.js';

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
    KeepContents,
    SweepContents,
    VerifyDueContents,
    AttestCustody,
    AnswerEvidenceReference,
    AnswerEvidenceActions,
  ],
})
export class EvidenceModule {}
