import fc, { type Arbitrary } from 'fast-check';
import { type Action, actions } from '../../schemas/index.ts';

/** Text of all sorts: what is written from right to left, combines, does not show, or is half a character. */
const oddTexts = [
  ...[
    '',
    ' ',
    '\u0000',
    '\u0000\u0001\u001f',
    '\ufeff',
    '\u202e\u05d0\u05d1',
    'e\u0301'.repeat(40),
  ],
  ...['\ud800', 'x\udc00y', '👩‍👩‍👧‍👦', '\u2028\u2029', '__proto__', 'constructor', 'toString'],
  ...['$default', '$connect', '../../etc', "' OR 1=1 --", '{{7*7}}', '%00%ff', '-', '~'],
  ...[
    'NaN',
    'Infinity',
    '1e400',
    'null',
    'undefined',
    '[object Object]',
    '#',
    'SUB#x#y',
    'M000000000001',
  ],
];

/** Any text, of any length that a frame can have. */
export const textArbitrary: Arbitrary<string> = fc.oneof(
  fc.constantFrom(...oddTexts),
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.string({ unit: 'grapheme', maxLength: 80 }),
  fc
    .tuple(fc.constantFrom('x', ' ', '\u0000', '€', '👍', '"', '\\', '\ud800'), fc.nat(40_000))
    .map(([unit, count]) => unit.repeat(count).slice(0, 40_000)),
);

const numbers = [
  ...[
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
  ],
  ...[Number.MAX_VALUE, Number.MIN_VALUE, 1e21, 1e-7],
];

/** What goes so deep that reading it by recursion could end the process. */
const nest = (depth: number, [open, close]: readonly [string, string]) =>
  open.repeat(depth) + close.repeat(depth);

/** JSON texts of any value. */
const jsonArbitrary: Arbitrary<string> = fc.oneof(
  textArbitrary.map((value) => JSON.stringify(value)),
  fc.constantFrom(...numbers).map(String),
  fc.constantFrom(
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
  ),
  fc.json({ maxDepth: 4, stringUnit: 'binary' }),
  fc.constantFrom('{"__proto__":{"action":"ping"}}', '{"constructor":{"prototype":{}}}'),
  fc
    .tuple(fc.nat(5_000), fc.constantFrom<[string, string]>(['[', ']'], ['{"a":', '}']))
    .map(([depth, pair]) => nest(depth, pair)),
);

const names = Object.keys(actions) as Action[];
const fields = [
  ...[
    'action',
    'id',
    'room',
    'message',
    'replyTo',
    'seq',
    'emoji',
    'on',
    'after',
    'before',
    'limit',
  ],
  ...[
    'cursor',
    'typing',
    'token',
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'length',
    'x/y~z',
  ],
];

/** Values that a schema takes, or nearly. */
const nearValidJson: Arbitrary<string> = fc.constantFrom(
  ...['"tea"', '"lobby"', '"a"', `"${'a'.repeat(64)}"`, `"${'a'.repeat(65)}"`, '1', '2', '7', '0'],
  ...['true', '"👍"', '"x"', '"a1"', '999999999999', '100', '"dnQy"', '""'],
);

/** The members of a frame as JSON texts, by name; a name may stand there twice. */
type Members = readonly (readonly [name: string, json: string])[];

const example = (action: Action): Arbitrary<Members> =>
  fc
    .constantFrom(...actions[action].request.examples)
    .map((frame) => Object.entries(frame).map(([name, value]) => [name, JSON.stringify(value)]));

type FrameMutation = (members: Members) => Members;

const mutations: Arbitrary<FrameMutation> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.constantFrom(...fields), fc.oneof(nearValidJson, jsonArbitrary))
      .map(setMember),
  },
  {
    weight: 1,
    arbitrary: fc.nat(9).map(
      (at): FrameMutation =>
        (all) =>
          all.toSpliced(at, 1),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(textArbitrary, jsonArbitrary).map(
      ([name, value]): FrameMutation =>
        (all) => [...all, [name, value]],
    ),
  },
  {
    weight: 1,
    arbitrary: jsonArbitrary.map(
      (value): FrameMutation =>
        (all) => [...all, [all[0]?.[0] ?? 'action', value]],
    ),
  },
);

function setMember([name, value]: readonly [string, string]): FrameMutation {
  return (all) => [...all.filter(([other]) => other !== name), [name, value]];
}

const toJson = (members: Members) =>
  `{${members.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join()}}`;

/** Frames that keep their action's schema, or break it in a place or three. */
const structuredFrame: Arbitrary<string> = fc
  .tuple(
    fc.constantFrom(...names).chain(example),
    fc.array(mutations, { maxLength: 3 }),
    fc.constantFrom('tea', 'lobby'),
  )
  .map(([members, all, room]) => {
    const there = members.some(([name]) => name === 'room');
    const placed = there ? setMember(['room', JSON.stringify(room)])(members) : members;
    return toJson(all.reduce<Members>((before, change) => change(before), placed));
  });

/** Frames that were damaged on their way. */
const damagedFrame: Arbitrary<string> = fc
  .tuple(
    structuredFrame,
    fc.nat(),
    fc.nat(30),
    fc.oneof(fc.constant(''), textArbitrary, jsonArbitrary),
  )
  .map(([frame, at, gone, inserted]) => {
    const place = at % (frame.length + 1);
    return frame.slice(0, place) + inserted + frame.slice(place + gone);
  });

/** What a client may send. A frame has at most 32 KB on AWS, and 128 KB locally. */
export const frameArbitrary: Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: structuredFrame },
  { weight: 2, arbitrary: damagedFrame },
  { weight: 1, arbitrary: jsonArbitrary },
  { weight: 1, arbitrary: textArbitrary },
  {
    weight: 1,
    arbitrary: fc
      .uint8Array({ maxLength: 200 })
      .map((bytes) => Buffer.from(bytes).toString('utf8')),
  },
);
