import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { partyKey } from '../../../src/modules/intake/party-key.js';

describe('Two names are one organisation when they differ only in', () => {
  it.each([
    ['case', 'Quillfeather Plating, Inc.', 'QUILLFEATHER PLATING, INC.'],
    ['punctuation', 'Quillfeather Plating Inc', 'Quillfeather Plating, Inc.'],
    ['doubled spaces', 'Quillfeather  Plating Inc.', 'Quillfeather Plating Inc.'],
    ['a hyphen or a space', 'Spotless-Drum Systems, Inc.', 'Spotless Drum Systems, Inc.'],
    ['a space or none', 'Spotless Drum Systems, Inc.', 'SpotlessDrum Systems, Inc.'],
    ['the spacing of initials', 'J. P. R. Fenwick Inc.', 'JPR Fenwick Inc.'],
    ['spaces around an ampersand', 'B & T Corporation', 'B&T Corporation'],
    ['an ampersand or the word and', 'Brambledown & Tarn', 'Brambledown and Tarn'],
    ['accents', 'Café Zürichberg', 'Cafe Zurichberg'],
    ['letters that Unicode does not take apart', 'Ørsted Łódź Œuvre', 'Orsted Lodz OEuvre'],
    ['the case of a sharp s', 'Weißbach Ltd', 'WEISSBACH LTD'],
    ['the case of a sharp s that has a capital of its own', 'Weißbach Ltd', 'WEIẞBACH LTD'],
    ['a trade mark sign', 'Tarnside™ Oil Inc.', 'Tarnside Oil Inc.'],
    ['an invisible hyphen', 'Quill\u00adfeather', 'Quillfeather'],
    ['a leading The', 'The Tarnside Group LLC', 'Tarnside Group LLC'],
    ['Inc. or Incorporated', 'Fenwick, Inc.', 'Fenwick Incorporated'],
    ['Corp. or Corporation', 'Fenwick Corp.', 'Fenwick Corporation'],
    ['Co. or Company', 'Fenwick Co., Inc.', 'Fenwick Company, Inc.'],
    ['Ltd. or Limited', 'Fenwick Ltd.', 'Fenwick Limited'],
    ['LLC, L.L.C. or its long form', 'Plan B, L.L.C.', 'Plan B Limited Liability Company'],
    ['LLC or L.L.C. after an initial', 'Plan B, L.L.C.', 'Plan B LLC'],
    ['PLLC or P.L.L.C.', 'Fenwick PLLC', 'Fenwick, P.L.L.C.'],
    ['LLP or L.L.P.', 'Fenwick LLP', 'Fenwick, L.L.P.'],
    ['LP or L.P.', 'Fenwick LP', 'Fenwick Limited Partnership'],
    ['Dept. or Department', 'Hollowpine Water Dept.', 'Hollowpine Water Department'],
    ['Bros. or Brothers', 'Tarn Bros. Inc.', 'Tarn Brothers, Inc.'],
    ['the sign before a number', 'Hollowpine Fire District #2', 'Hollowpine Fire District No. 2'],
    ['an acronym of the name itself', 'Hollowpine Area Transit Authority (HATA)', 'Hollowpine Area Transit Authority'],
    ['a trade name after an L.L.C.', 'Fenwick, L.L.C., dba Sparkle Cleaners', 'Fenwick LLC'],
    ['a trade name after the legal name', 'Fenwick, Inc. d/b/a Sparkle Cleaners', 'Fenwick Inc.'],
  ])('%s', (_, one, other) => {
    expect(partyKey(one)).toBe(partyKey(other));
  });
});

describe('Two names stay two organisations when they differ in', () => {
  it.each([
    ['the legal form', 'Smith Oil Inc.', 'Smith Oil LLC'],
    ['Inc. or Corp.', 'Smith Oil Inc.', 'Smith Oil Corp.'],
    ['LLC or LLP', 'Smith Oil LLC', 'Smith Oil LLP'],
    ['whether there is a legal form', 'Smith Oil', 'Smith Oil Inc.'],
    ['one of two legal forms', 'Smith Oil Company', 'Smith Oil Company, Inc.'],
    ['a letter that might be a slip', 'Tarnco, Inc.', 'Tarnoco Inc.'],
    ['a possessive', 'Peverell Oil Service Inc.', "Peverell's Oil Service, Inc."],
    ['the kind of body', 'Hollowpine Water District', 'Hollowpine Water Department'],
    ['Town of', 'Town of Hollowpine', 'Hollowpine'],
    ['a direction', 'North Hollowpine Water District', 'Hollowpine Water District'],
    ['a word', 'Absolute Fenwick Contractors, Inc.', 'Absolute Fenwick, Inc.'],
    ['an initial', 'J. Tarn, LLC', 'Tarn, LLC'],
    ['a number', 'Hollowpine Fire District #1', 'Hollowpine Fire District #2'],
    ['where a number is parted', '12-3 Main Street LLC', '1-23 Main Street LLC'],
    ['a place after the legal form', 'Fenwick, Inc. of Larkmere', 'Fenwick, Inc.'],
    ['an initial before the legal form', 'Fenwick P LLC', 'Fenwick PLLC'],
    ['an ampersand or nothing', 'A & H Auto', 'AH Auto'],
    ['a short form inside a word', 'Sun Co.', 'Sunco'],
    ['a bracket that is no acronym of the name', 'Larkmere Print (USA) Corp.', 'Larkmere Print Corp.'],
    ['an acronym with a letter wrong', 'Larkmere Valley Disposal (LUD) Inc.', 'Larkmere Valley Disposal Inc.'],
    ['a trade name where no legal name stands before it', "Tarn's Garage d/b/a Sparkle", "Tarn's Garage"],
    ['the Saint or the Street', 'St. Brannock Holdings', 'Saint Brannock Holdings'],
    ['a trailing plus', 'Grade A+ Plumbing', 'Grade A Plumbing'],
    ['a script', 'Вода', 'Вино'],
  ])('%s', (_, one, other) => {
    expect(partyKey(one)).not.toBe(partyKey(other));
  });
});

describe('The key', () => {
  it('is empty for a name without a letter or digit, so that such names are told from organisations', () => {
    expect(partyKey(' -- … ')).toBe('');
  });

  it('keeps the word The when it is the whole name', () => {
    expect(partyKey('The')).toBe('THE');
  });

  const word = fc.constantFrom('quill', 'Tarn', 'FENWICK', 'and', '42', 'J', 'Zürich', 'co', 'inc', 'llc', 'the', 'ß');
  const separator = fc.constantFrom(' ', '  ', ', ', '. ', '-', ' / ', '\t');
  const noisy = fc.array(fc.tuple(word, separator, fc.boolean()), { minLength: 1, maxLength: 7 });

  it('does not change with case, punctuation or spaces between words', () => {
    fc.assert(
      fc.property(noisy, (parts) => {
        const plain = parts.map(([text]) => text).join(' ');
        const varied = parts.map(([text, mark, up]) => (up ? text.toUpperCase() : text.toLowerCase()) + mark).join('');
        expect(partyKey(varied)).toBe(partyKey(plain));
      }),
    );
  });

  it('does not change for any text when its case is changed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (name) => {
        expect(partyKey(name.toUpperCase())).toBe(partyKey(name));
      }),
    );
  });

  it('differs for names of other words, whatever their legal form', () => {
    const name = fc.stringMatching(/^[A-Z]{4,8}( [A-Z]{4,8})?$/);
    fc.assert(
      fc.property(name, name, fc.constantFrom('Inc.', 'LLC', 'Co.'), (one, other, form) => {
        fc.pre(one.replace(' ', '') !== other.replace(' ', ''));
        expect(partyKey(`${one} ${form}`)).not.toBe(partyKey(`${other} ${form}`));
      }),
    );
  });
});
