import type { ModuleDatabase } from './module-database.js';

/** Milliseconds by which the application's clock is ahead of the machine's. */
export async function storedClock(bus: ModuleDatabase): Promise<number> {
  const [row] = await bus.query<{ offset: string }>({
    text: 'SELECT offset_milliseconds AS offset FROM application_clock',
    values: [],
  });
  return Number(row?.offset ?? 0);
}

/** Adds to the offset and answers the new one. */
export async function storeClock(bus: ModuleDatabase, milliseconds: number): Promise<number> {
  const [row] = await bus.query<{ offset: string }>({
    text: `INSERT INTO application_clock (offset_milliseconds) VALUES ($1)
           ON CONFLICT (singleton) DO UPDATE SET offset_milliseconds = application_clock.offset_milliseconds + $1
           RETURNING offset_milliseconds AS offset`,
    values: [milliseconds],
  });
  return Number(row?.offset ?? 0);
}
