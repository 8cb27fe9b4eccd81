import { Injectable } from '@nestjs/common';
import { IsOptional, IsString, Matches } from 'class-validator';
import type { Answer } from '../../platform/messaging/answer.js';
import { NotRebuilt, RebuildControl } from '../../platform/kernel/rebuild-control.js';
import { Refusal, refuse } from '../../platform/base/refusal.js';
import { Reason } from './change-delivery.js';
import { refuseOperations } from './operations.errors.js';

export class RebuildRequest extends Reason {
  /** A case or party whose rows alone are to be made anew, where they are. */
  @IsOptional()
  @IsString()
  @Matches(/^\w{1,100}$/, { message: 'key must be the id of a case or a party' })
  key?: string;
}

/** Has the rows of a projection made anew from the log, while readers keep those that are there. */
@Injectable()
export class RebuildProjection {
  constructor(private readonly control: RebuildControl) {}

  /**
   * @param name `<module>.<name>`, or the name alone where only one module has it
   * @throws NOT_FOUND, PROJECTION_AMBIGUOUS, REBUILD_REFUSED, KEY_NOT_REBUILDABLE, REBUILD_RUNNING
   */
  run(name: string, { reason, key }: RebuildRequest): Promise<Answer> {
    return Promise.resolve()
      .then(() => this.control.start(name, key, reason))
      .catch((error: unknown) => {
        if (error instanceof NotRebuilt) throw refusalOf(error);
        if (error instanceof Refusal && error.errorCode === 'JOB_ALREADY_RUNNING')
          throw refuseOperations.REBUILD_RUNNING('Wait for it to end, or cancel it: see GET /operations/jobs.');
        throw error;
      });
  }
}

function refusalOf({ why, names }: NotRebuilt): Refusal {
  const all = names.join(', ');
  switch (why) {
    case 'UNKNOWN':
      return refuse.NOT_FOUND('There is no such projection.');
    case 'AMBIGUOUS':
      return refuseOperations.PROJECTION_AMBIGUOUS(`Name one of ${all}.`);
    case 'REFUSED':
      return refuseOperations.REBUILD_REFUSED(`What ${all} keeps is no copy of anything: nothing could make it anew.`);
    case 'NO_KEYS':
      return refuseOperations.KEY_NOT_REBUILDABLE(`The rows of ${all} are made anew together: leave the key out.`);
  }
}
