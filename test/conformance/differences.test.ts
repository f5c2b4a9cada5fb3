import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { currentContract } from '../../src/build/contract/current.ts';
import { compareContracts } from '../../src/build/contract/diff.ts';
import {
  type ContractSource,
  getFrameName,
  getSender,
  listFrames,
} from '../../src/build/contract/frames.ts';
import { toPublicSchema } from '../../src/build/contract/open-schema.ts';

const closed = { type: 'object', additionalProperties: false };
const word = { type: 'string', maxLength: 9 };
const said = {
  ...closed,
  required: ['type', 'text'],
  properties: { type: { const: 'said' }, text: word, mood: { enum: ['calm', 'loud'] } },
};
const left = { ...closed, required: ['type'], properties: { type: { const: 'left' } } };

/** A contract with one of each. */
const old = {
  actions: {
    say: {
      summary: 'Says it.',
      access: 'connection',
      durable: true,
      request: {
        schema: {
          ...closed,
          required: ['action', 'text'],
          properties: {
            action: { const: 'say' },
            text: word,
            room: { type: 'string', pattern: '^[a-z]+$' },
            count: { type: 'integer', minimum: 1, maximum: 9 },
            mood: { enum: ['calm', 'loud'] },
          },
        },
        examples: [],
      },
      result: {
        schema: {
          ...closed,
          required: ['seq', 'log'],
          properties: {
            seq: { type: 'integer' },
            hint: word,
            log: { type: 'array', maxItems: 2, items: { oneOf: [said, left] } },
            marks: { type: 'object', propertyNames: word, additionalProperties: word },
          },
        },
        examples: [],
      },
    },
  },
  events: {
    said: { summary: 'It was said.', durable: true, event: { schema: said, examples: [] } },
    left: { summary: 'One left.', durable: false, event: { schema: left, examples: [] } },
  },
  errors: {
    busy: { description: 'Later.', retryable: true },
    wrong: { description: 'No.', retryable: false },
  },
  errorFrame: {
    schema: { ...closed, properties: { code: { enum: ['busy', 'wrong'] } } },
    examples: [],
  },
  connect: { schema: { type: 'object', properties: { name: word } }, examples: [] },
  subprotocol: 'chat.v1',
  defaultRoom: 'hall',
};

/** What to put where; null takes it away. */
type Patch = Readonly<Record<string, unknown>>;

/** A copy with something changed. */
function applyPatch(value: unknown, patch: Patch) {
  const copy = JSON.parse(JSON.stringify(value));
  for (const [path, inner] of Object.entries(patch)) {
    const way = path.split('/');
    const last = way.pop() ?? '';
    const holder = way.reduce((outer, key) => outer[key], copy);
    if (inner === null && Array.isArray(holder)) holder.splice(Number(last), 1);
    else if (inner === null) delete holder[last];
    else holder[last] = inner;
  }
  return copy;
}

function createContract(patch: Patch = {}): ContractSource {
  const made = applyPatch(old, patch);
  return { ...made, ackSchema: (name: string) => made.actions[name].result.schema };
}

/** A line of a table. */
interface CompatibilityCase {
  readonly patch: Patch;
  /** What is different, as the report says it. */
  readonly difference: string;
  readonly oldClients: string;
  /** They may survive on a condition: `if`. */
  readonly oldServers: string;
  /** A frame that keeps the old contract, and one that keeps the new. */
  readonly frames?: readonly [was: unknown, is: unknown];
}

/**
 * Reads a table: the patch, below a root; the difference; the verdicts on old clients and servers;
 * and perhaps what two frames have beside `frame`, one of then and one of now.
 */
const parseCases = (lines: string, root = '', frame: Patch = {}): [string, CompatibilityCase][] =>
  lines
    .trim()
    .split('\n')
    .map((line) => line.split(' | ').map((cell) => cell.trim()))
    .map(([patch = '', difference = '', oldClients = '', oldServers = '', ...frames]) => {
      const [was, is] = frames.map((part) => applyPatch(frame, parse(part)));
      const found = { patch: prefixPaths(root, parse(patch)), difference, oldClients, oldServers };
      return [difference, { ...found, ...(was && is && { frames: [was, is] }) }];
    });

const prefixPaths = (root: string, patch: Patch): Patch =>
  Object.fromEntries(Object.entries(patch).map(([path, value]) => [`${root}${path}`, value]));

const requests = parseCases(
  `
  { properties/reply: { type: integer } } | say.request, reply: is new | survive | if | {} | { reply: 1 }
  { properties/count: null } | say.request, count: is gone | break | survive | { count: 1 } | {}
  { properties/text: null, required: [action] } | say.request, text: is gone | break | break | {} | { text: null }
  { properties/reply: {}, required: [action, text, reply] } | say.request, reply: is new and required | break | break | {} | { reply: 1 }
  { required: [action, text, room] } | say.request, room: is required now | break | survive | {} | { room: a }
  { required: [action] } | say.request, text: may be missing now | survive | if | {} | { text: null }
  { properties/text/maxLength: 5 } | say.request, text: maxLength was 9, is 5 | break | survive | { text: longer } | {}
  { properties/text/maxLength: 12 } | say.request, text: maxLength was 9, is 12 | survive | if | {} | { text: the longest }
  { properties/text/minLength: 3 } | say.request, text: minLength was none, is 3 | break | survive | { text: a } | {}
  { properties/count/minimum: 2 } | say.request, count: minimum was 1, is 2 | break | survive | { count: 1 } | {}
  { properties/count/minimum: 0 } | say.request, count: minimum was 1, is 0 | survive | if | {} | { count: 0 }
  { properties/count/maximum: null } | say.request, count: maximum was 9, is none | survive | if | {} | { count: 10 }
  { properties/room/pattern: '^[A-Z]+$' } | say.request, room: pattern was "^[a-z]+$", is "^[A-Z]+$" | break | break | { room: a } | { room: A }
  { properties/room/pattern: null } | say.request, room: pattern was "^[a-z]+$", is none | survive | if | {} | { room: A }
  { properties/count: { type: string } } | say.request, count: type was ["integer"], is ["string"] | break | break | { count: 1 } | { count: '1' }
  { properties/count/type: number } | say.request, count: type was ["integer"], is ["number","integer"] | survive | if | {} | { count: 1.5 }
  { properties/mood/enum: [calm, loud, sad] } | say.request, mood: value was ["calm","loud"], is ["calm","loud","sad"] | survive | if | {} | { mood: sad }
  { properties/mood/enum: [calm] } | say.request, mood: value was ["calm","loud"], is ["calm"] | break | survive | { mood: loud } | {}
  { properties/action/const: tell } | say.request, action: value was ["say"], is ["tell"] | break | break | {} | { action: tell }
  { not: { required: [room, count] } } | say.request: not was none, is {"required":["room","count"]} | break | survive | { room: a, count: 1 } | {}
  { additionalProperties: null } | say.request: additionalProperties was false, is none | survive | if | {} | { other: 1 }
  `,
  'actions/say/request/schema/',
  { action: 'say', text: 'hey' },
);

const queries = parseCases(
  `
  { properties/token: { type: string } } | connect.query, token: is new | survive | survive | {} | { token: a }
  { properties/name: null } | connect.query, name: is gone | break | survive
  { required: [name] } | connect.query, name: is required now | break | survive | {} | { name: a }
  `,
  'connect/schema/',
);

const acks = parseCases(
  `
  { properties/note: { type: string } } | say.ack, note: is new | survive | if
  { properties/note: {}, required: [seq, log, note] } | say.ack, note: is new and required | survive | if | {} | { note: a }
  { properties/hint: null } | say.ack, hint: is gone | break | survive
  { properties/seq: null, required: [log] } | say.ack, seq: is gone | break | survive | {} | { seq: null }
  { required: [log] } | say.ack, seq: may be missing now | break | survive | {} | { seq: null }
  { required: [seq, log, hint] } | say.ack, hint: is required now | survive | if | {} | { hint: a }
  { properties/log/maxItems: 1 } | say.ack, log: maxItems was 2, is 1 | survive | if | { log: [{ type: left }, { type: left }] } | {}
  { properties/log/maxItems: 3 } | say.ack, log: maxItems was 2, is 3 | break | survive | {} | { log: [{ type: left }, { type: left }, { type: left }] }
  { properties/log/items/oneOf/2: { properties: { type: { const: here } } } } | say.ack, log[].here: is new | survive | if
  { properties/log/items/oneOf/1: null } | say.ack, log[].left: is gone | break | survive
  { properties/log/items/oneOf/0/properties/text/maxLength: 12 } | say.ack, log[].said.text: maxLength was 9, is 12 | break | survive | {} | { log: [{ type: said, text: the longest }] }
  { properties/hint/oneOf: [{ minLength: 1 }, { pattern: a }] } | say.ack, hint: oneOf was none, is [{"minLength":1},{"pattern":"a"}] | survive | if
  { properties/marks/additionalProperties/maxLength: 12 } | say.ack, marks[]: maxLength was 9, is 12 | break | survive | {} | { marks: { a: the longest } }
  { properties/marks/propertyNames/maxLength: 12 } | say.ack, marks[] name: maxLength was 9, is 12 | break | survive | {} | { marks: { the longest: a } }
  `,
  'actions/say/result/schema/',
  { seq: 1, log: [] },
);

const events = parseCases(
  `
  { properties/text/maxLength: 12 } | said.event, text: maxLength was 9, is 12 | break | survive | {} | { text: the longest }
  { properties/text/maxLength: 5 } | said.event, text: maxLength was 9, is 5 | survive | if | { text: longer } | {}
  { properties/mood/enum: [calm, loud, sad] } | said.event, mood: value was ["calm","loud"], is ["calm","loud","sad"] | break | survive | {} | { mood: sad }
  { properties/mood/enum: [calm] } | said.event, mood: value was ["calm","loud"], is ["calm"] | survive | if | { mood: loud } | {}
  { properties/type/const: told } | said.event, type: value was ["said"], is ["told"] | break | break | {} | { type: told }
  { properties/text/pattern: a } | said.event, text: pattern was none, is "a" | survive | if | {} | { text: a }
  `,
  'events/said/event/schema/',
  { type: 'said', text: 'hey' },
);

const code = 'errorFrame/schema/properties/code/enum';
const { say } = old.actions;

const names = parseCases(`
  { actions/ask: ${JSON.stringify(say)} } | action ask: is new | survive | if
  { actions/say: null } | action say: is gone | break | survive
  { actions/say/access: member } | action say: access was connection, is member | break | survive
  { actions/say/access: anyone } | action say: access was connection, is anyone | survive | if
  { actions/say/durable: false } | action say: is no longer durable | break | survive
  { events/here: ${JSON.stringify(old.events.left)} } | event here: is new | survive | if
  { events/left: null } | event left: is gone | break | survive
  { events/said/durable: false } | event said: is no longer durable | break | survive
  { events/left/durable: true } | event left: is durable now | survive | if
  { errors/late: { description: Now. }, ${code}: [busy, wrong, late] } | error late: is new | survive | if
  { errors/wrong: null, ${code}: [busy] } | error wrong: is gone | break | survive
  { errors/busy/retryable: false } | error busy: is no longer retryable | break | break
  { errors/wrong/retryable: true } | error wrong: is retryable now | break | break
  { defaultRoom: yard } | default room: was hall, is yard | break | break
`);

/** What readers of a frame are given to validate it by. */
function compileValidator(declared: ContractSource, name: string) {
  const frames = listFrames(declared);
  const frame = frames.find((one) => getFrameName(one) === name);
  if (!frame) throw new Error(`no ${name}`);
  const { schema, definitions } = toPublicSchema(frame, frames, '#/definitions/');
  const ajv = new Ajv({ strict: true, strictRequired: false, strictTypes: false });
  return { writer: getSender(frame), takes: ajv.compile({ ...schema, definitions }) };
}

describe.each([
  ['a request', requests],
  ['a connect', queries],
  ['an ack', acks],
  ['an event', events],
  ['the names', names],
])('a difference of %s', (_title, cases) => {
  it.each(cases)('is told and judged: %s', (_, { patch, difference, oldClients, oldServers }) => {
    const differences = compareContracts(createContract(), createContract(patch));
    expect(differences.map(({ where, what }) => `${where}: ${what}`)).toEqual([difference]);
    for (const found of differences) {
      expect(found.oldClients.compatible).toBe(oldClients === 'survive');
      expect(found.oldServers.compatible).toBe(oldServers !== 'break');
      expect(/^if /.test(found.oldServers.reason ?? '')).toBe(oldServers === 'if');
    }
  });
});

it('tells of a narrower limit inside a wider type too', () => {
  const count = { type: 'number', minimum: 1, maximum: 5 };
  const now = createContract({ 'actions/say/request/schema/properties/count': count });
  expect(
    compareContracts(createContract(), now).map(({ oldClients }) => oldClients.compatible),
  ).toEqual([true, false]);
});

describe('the verdicts', () => {
  const framed = [requests, queries, acks, events].flat().filter(([, { frames }]) => frames);

  it.each(framed)('are those of validators: %s', (_, one) => {
    const { patch, difference, oldClients, oldServers, frames: [was, is] = [] } = one;
    const [name = ''] = difference.split(/[,:]/);
    const [then, now] = [
      compileValidator(createContract(), name),
      compileValidator(createContract(patch), name),
    ];
    expect([then.takes(was), now.takes(is)]).toEqual([true, true]);
    const [byOld, byNew] = [then.takes(is), now.takes(was)];
    const [clients, servers] = then.writer === 'client' ? [byNew, byOld] : [byOld, byNew];
    expect({ clients, servers }).toEqual({
      clients: oldClients === 'survive',
      servers: oldServers === 'survive',
    });
  });
});

describe('no difference', () => {
  it.each([
    ['nothing', {}],
    ['a title', { 'actions/say/request/schema/title': 'Say' }],
    ['a description', { 'events/said/event/schema/properties/text/description': 'Read it.' }],
    ['an example', { 'events/said/event/examples': [{ type: 'said', text: 'hey' }] }],
    ['the order of what is required', { 'events/said/event/schema/required': ['text', 'type'] }],
    [
      'how open what the server sends is',
      { 'events/said/event/schema/additionalProperties': null },
    ],
    [
      'a list of one for a constant',
      { 'events/left/event/schema/properties/type': { enum: ['left'] } },
    ],
    ['the words of an error', { 'errors/busy/description': 'Not now.' }],
  ] satisfies [string, Patch][])('is made by %s', (_what, patch) => {
    expect(compareContracts(createContract(), createContract(patch))).toEqual([]);
  });

  it('stands between this contract and itself', () => {
    expect(compareContracts(currentContract, currentContract)).toEqual([]);
  });
});
