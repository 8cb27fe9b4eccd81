import { isUtf8 } from 'node:buffer';
import { refuseIntake } from './intake.errors.js';

/** A file as it was sent. */
export interface SentFile {
  csv: Buffer;
  /** A mapping that came with it. */
  mappingText?: string;
}

/** In bytes. The largest that is shipped has a twentieth of it. */
const MAPPING_LIMIT = 64 * 1024;
const OPENING = /^(?:\xef\xbb\xbf)?---[ \t]*\r?\n/;
const CLOSING = /(?:^|\r?\n)---[ \t]*(?:\r?\n|$)/;

/**
 * Takes a mapping off the front of a CSV file, where one stands between two lines `---`, as YAML stands before a text
 * elsewhere. So file and mapping travel as one body, of one media type and under one limit.
 * @param sent the bytes, one character each; nothing is an empty file
 * @throws Refusal MAPPING_INVALID when its end is missing, or it is too long or not UTF-8
 */
export const takeFrontMatter = (sent = ''): SentFile => {
  const opening = OPENING.exec(sent)?.[0];
  if (opening === undefined) return { csv: Buffer.from(sent, 'latin1') };
  const rest = sent.slice(opening.length);
  const closing = CLOSING.exec(rest.slice(0, MAPPING_LIMIT));
  const problem = (text: string): Error => refuseIntake.MAPPING_INVALID(text, { problems: [text] });
  if (!closing) throw problem(`the file: no line --- ends it within ${MAPPING_LIMIT} bytes; add one.`);
  const mapping = Buffer.from(rest.slice(0, closing.index), 'latin1');
  if (!isUtf8(mapping)) throw problem('the file: is not UTF-8; save it as UTF-8.');
  return { csv: Buffer.from(rest.slice(closing.index + closing[0].length), 'latin1'), mappingText: mapping.toString() };
};
