import type { Cleanup } from '../run/cleanup.js';
import { Child } from '../server/child.js';
import type { Plan } from './requests.js';

export interface LoadResult {
  perSecond: number;
  requests: number;
  /** Milliseconds from sending a request to the end of its answer. */
  p50: number;
  p99: number;
  /** What the generator itself spent on a request, taken from the same cores. */
  generatorMicroseconds: number;
}

/** The load generator, a process of its own. */
export class Load {
  private constructor(private readonly child: Child) {}

  static start(cleanup: Cleanup): Load {
    return new Load(Child.start('load/load-process', cleanup));
  }

  /** @throws Error when a request was refused: a fast refusal must not pass for a fast answer */
  drive(plan: Plan): Promise<LoadResult> {
    return this.child.call('drive', plan);
  }
}
