/** Names of users that the contract allows. */
export const allowedNames: readonly string[] = [
  'Aki',
  'アキ',
  '会話',
  "O'Neil",
  'Anna Maria',
  ' two blanks  around ',
  'é',
  'e\u0301',
  'Nguyễn Văn A',
  'می\u200cخواهم',
  'हिन्दी',
  '👩\u200d👩\u200d👧',
  '🇯🇵',
  '1️⃣',
  '❤️',
  '<b>',
  '.',
  '\u3000全角\u3000',
];

/** Names that look empty, with the code points that they consist of. */
const blankNames: readonly (readonly [string, string])[] = [
  ['blanks', '   '],
  ['ideographic spaces', '\u3000\u3000'],
  ['a no-break space', '\u00a0'],
  ['a zero width space', '\u200b'],
  ['a zero width joiner', '\u200d'],
  ['a word joiner', '\u2060'],
  ['a byte order mark', '\ufeff'],
  ['a soft hyphen', '\u00ad'],
  ['a combining grapheme joiner', '\u034f'],
  ['a variation selector', '\ufe0f'],
  ['a Hangul choseong filler', '\u115f'],
  ['a Hangul filler', '\u3164'],
  ['a halfwidth Hangul filler', '\uffa0'],
  ['a blank Braille pattern', '\u2800'],
  ['a combining accent alone', '\u0301'],
];

/** Names with a character that is refused anywhere. */
const controllingNames: readonly (readonly [string, string])[] = [
  ['a line feed', 'a\nb'],
  ['a tab', 'a\tb'],
  ['a NUL', 'a\u0000'],
  ['a next line', 'a\u0085b'],
  ['a control sequence of a terminal', '\u009b31mAki'],
  ['a delete', 'Aki\u007f'],
  ['a line separator', 'a\u2028b'],
  ['a paragraph separator', 'a\u2029b'],
  ['an override of the direction', 'abc\u202e'],
  ['an isolate of the direction', '\u2066abc\u2069'],
  ['a mark of the direction', 'abc\u200f'],
  ['a zero width space within', 'A\u200bki'],
  ['a tag', `Aki${String.fromCodePoint(0xe0041)}`],
];

/** Names of users that the contract refuses, by what is wrong with them. */
export const refusedNames = [...blankNames, ...controllingNames];
