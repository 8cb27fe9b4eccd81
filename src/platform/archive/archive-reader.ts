import type { ModuleDatabase } from '../database/module-database.js';
import type { Envelope } from '../messaging/envelope.js';
import { ArchiveError, checkArchive, readArchive } from './archive-file.js';
import { merge, type Source } from './merge.js';
import { noteCheck, RETIRED, type RetiredPartition } from './retired-partition.js';

/** Reads the events that retirement took out of the log. */
export class ArchiveReader {
  /** @param folder where the archives are, `REMIT_ARCHIVE_DIR` */
  constructor(
    /** The platform's own. */
    private readonly bus: ModuleDatabase,
    private readonly folder: string,
  ) {}

  /**
   * Events of retired partitions after a position, in the order of their positions, exactly as the log gave them.
   * Every archive that is needed is compared with its checksum before the first event is given. What the log still
   * holds is not among them, and its positions may mingle with these: `merge` puts both in one order.
   * @throws ArchiveError in one line when an archive is missing or damaged, or a part was retired without one
   */
  async *eventsAfter(position: string): AsyncGenerator<Envelope> {
    const after = BigInt(position);
    const parts = (await this.bus.query<RetiredPartition & Record<string, unknown>>(RETIRED)).filter(({ last }) => BigInt(last) > after); // prettier-ignore
    const sources: Source[] = [];
    for (const part of parts) sources.push(await this.checked(part));
    for await (const event of merge(sources)) if (BigInt(event.position) > after) yield event;
  }

  async parts(): Promise<number> {
    return (await this.bus.query(RETIRED)).length;
  }

  private async checked({ first, last, archive }: RetiredPartition): Promise<Source> {
    if (!archive)
      throw new ArchiveError(
        `The events up to position ${last} were retired without an archive by an earlier release: a rebuild would lose them. See docs/runbooks/retire-events.md.`,
      );
    try {
      await checkArchive(this.folder, archive);
    } catch (error) {
      await this.bus.query(noteCheck(archive.file, false));
      throw error;
    }
    await this.bus.query(noteCheck(archive.file, true));
    return { first: BigInt(first), events: () => readArchive(this.folder, archive) };
  }
}
