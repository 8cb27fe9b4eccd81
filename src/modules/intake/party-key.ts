/**
 * One spelling for words that a legal name carries short or in full. `St` (Saint, Street), `Assoc` (Associates,
 * Association), `Dist` (District, Distributing) and `Mass` are left out, because each stands for more than one word.
 * The long spelling is used, so that 'Sun Co.' does not fall together with 'Sunco'.
 */
const SPELLED_OUT: Readonly<Record<string, string>> = {
  INC: 'INCORPORATED',
  CORP: 'CORPORATION',
  CO: 'COMPANY',
  LTD: 'LIMITED',
  ASSN: 'ASSOCIATION',
  BROS: 'BROTHERS',
  DEPT: 'DEPARTMENT',
  INTL: 'INTERNATIONAL',
  MFG: 'MANUFACTURING',
};

/** Only at the end of a name: 'LP Gas Co.' sells liquefied petroleum. */
const CLOSING_FORMS: readonly (readonly [RegExp, string])[] = [
  [/ PLLC$/, ' PROFESSIONAL LIMITED LIABILITY COMPANY'],
  [/ (?:LLC|L L C)$/, ' LIMITED LIABILITY COMPANY'],
  [/ (?:LLP|L L P)$/, ' LIMITED LIABILITY PARTNERSHIP'],
  [/ (?:LP|L P)$/, ' LIMITED PARTNERSHIP'],
];

/** Letters that Unicode does not take apart into a base letter and a mark. */
const PLAIN: Readonly<Record<string, string>> = { Ø: 'O', Ł: 'L', Đ: 'D', Æ: 'AE', Œ: 'OE' };

const TRADE_NAME =
  /^(.*\b(?:INC|INCORPORATED|CORP|CORPORATION|L\.?L\.?C|LTD|L\.?L\.?P|L\.?P)\b[.,]*)\s+(?:D[/.]B[/.]A\.?|DBA|DOING BUSINESS AS)\s/;
const BRACKETED = /^(.*?)\s*\(([A-Z]{2,})\)(.*)$/;
const NOT_IN_ACRONYMS = new Set(['A', 'AND', 'FOR', 'OF', 'THE']);

/** Case and accents gone. Lower before upper, because only that takes 'ß' and 'ẞ' to the same letters. */
const fold = (name: string): string =>
  name
    .replace(/[™℠]/g, '')
    .replace(/\s+/g, ' ')
    .toLowerCase()
    .toUpperCase()
    .normalize('NFKD')
    .toUpperCase()
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/[ØŁĐÆŒ]/g, (letter) => PLAIN[letter] ?? letter)
    .replaceAll('&', ' AND ')
    .replaceAll('+', ' PLUS ');

/** 'P.L.L.C.' becomes one word before words are counted, so that it is not taken for 'P, LLC'. */
const withoutDots = (text: string): string =>
  text.replace(/(?<!\p{L})(?:\p{L}\.)+\p{L}(?!\p{L})/gu, (initials) => initials.replaceAll('.', ''));

const wordsOf = (text: string): string[] => text.match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];

/** 'X, Inc. d/b/a Y' is X, Inc.: a trade name makes no legal person. Without a registered form before it, it stays. */
const withoutTradeName = (text: string): string => TRADE_NAME.exec(text)?.[1] ?? text;

/** Drops '(MBTA)' only where the letters are the initials of the words before it, and so add nothing. */
const withoutAcronym = (text: string): string => {
  const [, before = '', acronym = '', after = ''] = BRACKETED.exec(text) ?? [];
  const initials = wordsOf(before).filter((word) => !NOT_IN_ACRONYMS.has(word));
  return acronym !== '' && initials.map((word) => word.charAt(0)).join('') === acronym ? `${before} ${after}` : text;
};

/**
 * The key under which an organisation is known, from its legal name: equal for names that differ in case, accents,
 * punctuation, spacing, '&' or 'and', a leading 'The', a sign before a number ('#2', 'No. 2') or the spelling of
 * their legal form; different for everything else. Empty for a name without a letter or digit. Promises nothing
 * about natural persons, of whom many bear one name.
 *
 * Registers of companies hold two names that differ in no more than this for one name, so the rule merges what a
 * register could not hold twice. Beyond it, a duplicate can be merged later by a supervisor, whereas two
 * organisations under one key already share a history. Therefore these stay apart:
 * - another legal form ('Smith Oil Inc.', 'Smith Oil LLC', 'Smith Oil'), for it is another legal person;
 * - a letter more or less ('Peterson Oil', 'Peterson's Oil'; 'Sunco', 'Sunoco'), for no rule tells a slip of the pen
 *   from another firm;
 * - 'Town of X' and 'X', 'X Water District' and 'X Water Department', which are different bodies;
 * - a place after the name ('X, Inc. of Boston'), which may say where the firm sits or be part of its name, as in
 *   'Fire Insurance Co. of Ohio';
 * - two respondents in one field, and a field into which a piece of the narrative ran: neither can be cut by rule.
 */
export const partyKey = (legalName: string): string => {
  const text = withoutDots(withoutAcronym(withoutTradeName(fold(legalName))));
  const words = wordsOf(text.replace(/(?:#|\bNO\b\.?)\s*(?=\d)/g, ' '));
  if (words.length > 1 && words[0] === 'THE') words.shift();
  const spelled = words.map((word) => SPELLED_OUT[word] ?? word).join(' ');
  const closed = CLOSING_FORMS.reduce((name, [short, long]) => name.replace(short, long), spelled);
  // A space is kept between numbers alone: '12-3 Main Street' is not '1-23 Main Street'.
  return closed.replace(/(?<!\d) | (?!\d)/g, '');
};
