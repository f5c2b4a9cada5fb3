import fc, { type Arbitrary } from 'fast-check';

/** Texts that break naive code: control and combining characters, half characters, special names. */
const oddTexts = [
  '',
  ' ',
  '\u0000',
  '\u0000\u0001\u001f',
  '\ufeff',
  '\u202e\u05d0\u05d1',
  'e\u0301'.repeat(40),
  '\ud800',
  'x\udc00y',
  '👩‍👩‍👧‍👦',
  '\u2028\u2029',
  '__proto__',
  'constructor',
  'toString',
  '$default',
  '$connect',
  '../../etc',
  "' OR 1=1 --",
  '{{7*7}}',
  '%00%ff',
  '-',
  '~',
  'NaN',
  'Infinity',
  '1e400',
  'null',
  'undefined',
  '[object Object]',
  '#',
  'SUB#x#y',
  'M000000000001',
];

/** Any text, of any length that fits into a frame. */
export const textArbitrary: Arbitrary<string> = fc.oneof(
  fc.constantFrom(...oddTexts),
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.string({ unit: 'grapheme', maxLength: 80 }),
  fc
    .tuple(fc.constantFrom('x', ' ', '\u0000', '€', '👍', '"', '\\', '\ud800'), fc.nat(40_000))
    .map(([unit, count]) => unit.repeat(count).slice(0, 40_000)),
);

const numbers = [
  0,
  -0,
  -1,
  1,
  1.5,
  100,
  101,
  999_999_999_999,
  1_000_000_000_000,
  2 ** 31,
  2 ** 53,
  -(2 ** 53),
  Number.MAX_VALUE,
  Number.MIN_VALUE,
  1e21,
  1e-7,
];

/** Literals of JSON, and of what is almost JSON. */
const literals = [
  '1e400',
  '-1e400',
  '1E+2',
  '0.1e1',
  '00',
  'NaN',
  'true',
  'false',
  'null',
  '[]',
  '{}',
];

/** Nests so deep that a recursive reader could overflow the stack. */
const nest = (depth: number, [open, close]: readonly [string, string]) =>
  open.repeat(depth) + close.repeat(depth);

/** JSON texts of any value. */
export const jsonArbitrary: Arbitrary<string> = fc.oneof(
  textArbitrary.map((value) => JSON.stringify(value)),
  fc.constantFrom(...numbers).map(String),
  fc.constantFrom(...literals),
  fc.json({ maxDepth: 4, stringUnit: 'binary' }),
  fc.constantFrom('{"__proto__":{"action":"ping"}}', '{"constructor":{"prototype":{}}}'),
  fc
    .tuple(fc.nat(5_000), fc.constantFrom<[string, string]>(['[', ']'], ['{"a":', '}']))
    .map(([depth, pair]) => nest(depth, pair)),
);

/** JSON texts of values that a schema accepts, or almost accepts. */
export const nearValidJsonArbitrary: Arbitrary<string> = fc.constantFrom(
  '"tea"',
  '"lobby"',
  '"a"',
  `"${'a'.repeat(64)}"`,
  `"${'a'.repeat(65)}"`,
  '1',
  '2',
  '7',
  '0',
  'true',
  '"👍"',
  '"x"',
  '"a1"',
  '999999999999',
  '100',
  '"dnQy"',
  '""',
);
