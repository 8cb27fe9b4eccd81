import { fileTypeFromBuffer } from 'file-type';

/** Formats that others are made of: what such a content is, its first bytes do not say. */
const CONTAINERS = new Set([
  'application/zip',
  'application/gzip',
  'application/x-cfb',
  'application/xml',
  'application/x-tar',
  'application/ogg',
]);
/** These have a first letter of their own, whatever container they were in. */
const NEVER_CONTAINED = /^(image\/(png|jpeg|gif|webp|bmp|tiff)|application\/pdf|(audio|video)\/)/;

const essence = (mediaType: string): string => {
  const [plain = ''] = mediaType.toLowerCase().split(';');
  return ALIASES[plain.trim()] ?? plain.trim();
};

const ALIASES: Readonly<Record<string, string>> = {
  'image/jpg': 'image/jpeg',
  'image/pjpeg': 'image/jpeg',
  'text/xml': 'application/xml',
  'text/rtf': 'application/rtf',
  'application/x-zip-compressed': 'application/zip',
  'application/x-gzip': 'application/gzip',
  'application/x-pdf': 'application/pdf',
};

/** A film's sound track and the film itself come in the same formats, under names that players never agreed on. */
const isMedia = (mediaType: string): boolean => /^(audio|video|application\/ogg|application\/mp4)/.test(mediaType);

/**
 * Whether the first bytes of a content show that it is something else than it was said to be. What no format is known
 * by, such as text, contradicts nothing.
 */
export async function contradicts(declared: string, head: Buffer): Promise<boolean> {
  const said = essence(declared);
  const found = await fileTypeFromBuffer(head);
  if (!found || said === 'application/octet-stream') return false;
  const seen = essence(found.mime);
  if (seen === said || (isMedia(seen) && isMedia(said))) return false;
  if (CONTAINERS.has(seen)) return NEVER_CONTAINED.test(said);
  // Word, Excel and the like are told apart by parts that may come late in the file.
  return !(seen.startsWith('application/vnd.') && said.startsWith('application/vnd.'));
}
