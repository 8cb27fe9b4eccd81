const ID = /\b([a-z]+)_[0-9A-HJKMNP-TV-Z]{26}\b/g;
const PLACE = /@([a-z]+):(\d+)@/g;

/** Stands in a made request for an identifier of this kind that an answer has named. */
export const placeOf = (prefix: string, which: number): string => `@${prefix}:${which}@`;

/** The identifiers that answers have named, so that requests are about what is there. */
export class KnownIds {
  private readonly byPrefix = new Map<string, Set<string>>();

  /** Keeps those of an answer. */
  learn(text: string): void {
    for (const [id, prefix = ''] of text.matchAll(ID))
      this.byPrefix.set(prefix, (this.byPrefix.get(prefix) ?? new Set()).add(id));
  }

  /** The text with an identifier at each place; one that nobody has where none of the kind is known. */
  fillIn(text: string): string {
    return text.replaceAll(PLACE, (_, prefix: string, which: string) => {
      const known = [...(this.byPrefix.get(prefix) ?? [])];
      return known[Number(which) % known.length] ?? `${prefix}_${'0'.repeat(26)}`;
    });
  }
}
