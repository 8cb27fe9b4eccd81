import type { ModuleDatabase } from '../database/module-database.js';
import type { Slot } from '../ownership/slots.js';
import type { Statement } from '../database/statement.js';

/** Where a projection's rows are, and what is being made of them. */
export interface SlotState {
  /** What readers see. */
  active: Slot;
  /** The declared version of the code that filled it. */
  version: number;
  /** The job that fills the other slot. */
  rebuildJob: string | null;
}

/** SQL for whether the consumer named by a parameter is being rebuilt. */
export const isRebuilding = (consumer: string): string =>
  `EXISTS (SELECT 1 FROM projection_slot WHERE projection = split_part(${consumer}, '.', 2) AND rebuild_job IS NOT NULL)`;

/** Reads the state; no row of a consumer that has no slots. */
export const slotStatement = (consumer: string): Statement => ({
  name: 'projection_slot_of',
  text: `SELECT active_slot AS active, version, rebuild_job AS "rebuildJob" FROM projection_slot
         WHERE projection = split_part($1, '.', 2)`,
  values: [consumer],
});

/** @returns undefined of a consumer that has no slots */
export async function slotOf(database: ModuleDatabase, consumer: string): Promise<SlotState | undefined> {
  const [row] = await database.query<SlotState>(slotStatement(consumer));
  return row;
}
