import fc, { type Arbitrary } from 'fast-check';
import { type Action, actions } from '../../schemas/index.ts';
import { jsonArbitrary, nearValidJsonArbitrary, textArbitrary } from './texts.ts';

const actionNames = Object.keys(actions) as Action[];

const fieldNames = [
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
  'cursor',
  'typing',
  'token',
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'length',
  'x/y~z',
];

/** The fields of a frame as JSON texts, by name. A name may occur twice. */
type Fields = readonly (readonly [name: string, json: string])[];

type FrameMutation = (fields: Fields) => Fields;

const exampleArbitrary = (action: Action): Arbitrary<Fields> =>
  fc
    .constantFrom(...actions[action].request.examples)
    .map((frame) => Object.entries(frame).map(([name, value]) => [name, JSON.stringify(value)]));

const setField =
  ([name, json]: readonly [string, string]): FrameMutation =>
  (fields) => [...fields.filter(([existing]) => existing !== name), [name, json]];

const removeField =
  (index: number): FrameMutation =>
  (fields) =>
    fields.toSpliced(index, 1);

const appendField =
  ([name, json]: readonly [string, string]): FrameMutation =>
  (fields) => [...fields, [name, json]];

const repeatFirstField =
  (json: string): FrameMutation =>
  (fields) => [...fields, [fields[0]?.[0] ?? 'action', json]];

const mutationArbitrary: Arbitrary<FrameMutation> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.constantFrom(...fieldNames), fc.oneof(nearValidJsonArbitrary, jsonArbitrary))
      .map(setField),
  },
  { weight: 1, arbitrary: fc.nat(9).map(removeField) },
  { weight: 1, arbitrary: fc.tuple(textArbitrary, jsonArbitrary).map(appendField) },
  { weight: 1, arbitrary: jsonArbitrary.map(repeatFirstField) },
);

const toJson = (fields: Fields) =>
  `{${fields.map(([name, json]) => `${JSON.stringify(name)}:${json}`).join()}}`;

/** Frames that match their schema, or break it in up to three places. */
const mutatedFrameArbitrary: Arbitrary<string> = fc
  .tuple(
    fc.constantFrom(...actionNames).chain(exampleArbitrary),
    fc.array(mutationArbitrary, { maxLength: 3 }),
    fc.constantFrom('tea', 'lobby'),
  )
  .map(([fields, mutations, room]) => {
    const hasRoom = fields.some(([name]) => name === 'room');
    const initial = hasRoom ? setField(['room', JSON.stringify(room)])(fields) : fields;
    return toJson(mutations.reduce<Fields>((current, mutate) => mutate(current), initial));
  });

/** Frames with a part cut out, and other text in its place. */
const damagedFrameArbitrary: Arbitrary<string> = fc
  .tuple(
    mutatedFrameArbitrary,
    fc.nat(),
    fc.nat(30),
    fc.oneof(fc.constant(''), textArbitrary, jsonArbitrary),
  )
  .map(([frame, at, removedLength, inserted]) => {
    const start = at % (frame.length + 1);
    return frame.slice(0, start) + inserted + frame.slice(start + removedLength);
  });

const binaryArbitrary: Arbitrary<string> = fc
  .uint8Array({ maxLength: 200 })
  .map((bytes) => Buffer.from(bytes).toString('utf8'));

/** Any frame that a client can send. AWS accepts 32 KB at most, the local stack 128 KB. */
export const frameArbitrary: Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: mutatedFrameArbitrary },
  { weight: 2, arbitrary: damagedFrameArbitrary },
  { weight: 1, arbitrary: jsonArbitrary },
  { weight: 1, arbitrary: textArbitrary },
  { weight: 1, arbitrary: binaryArbitrary },
);
