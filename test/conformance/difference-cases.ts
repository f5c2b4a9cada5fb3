import { oldContract, parseCases } from './difference-fixture.ts';

/** Changes of a request. */
export const requests = parseCases(
  `
  { properties/reply: { type: integer } } | say.request, reply: is new | works | if | {} | { reply: 1 }
  { properties/count: null } | say.request, count: was removed | breaks | works | { count: 1 } | {}
  { properties/text: null, required: [action] } | say.request, text: was removed | breaks | breaks | {} | { text: null }
  { properties/reply: {}, required: [action, text, reply] } | say.request, reply: is new and required | breaks | breaks | {} | { reply: 1 }
  { required: [action, text, room] } | say.request, room: is required now | breaks | works | {} | { room: a }
  { required: [action] } | say.request, text: is optional now | works | if | {} | { text: null }
  { properties/text/maxLength: 5 } | say.request, text: maxLength was 9, is 5 | breaks | works | { text: longer } | {}
  { properties/text/maxLength: 12 } | say.request, text: maxLength was 9, is 12 | works | if | {} | { text: the longest }
  { properties/text/minLength: 3 } | say.request, text: minLength was none, is 3 | breaks | works | { text: a } | {}
  { properties/count/minimum: 2 } | say.request, count: minimum was 1, is 2 | breaks | works | { count: 1 } | {}
  { properties/count/minimum: 0 } | say.request, count: minimum was 1, is 0 | works | if | {} | { count: 0 }
  { properties/count/maximum: null } | say.request, count: maximum was 9, is none | works | if | {} | { count: 10 }
  { properties/room/pattern: '^[A-Z]+$' } | say.request, room: pattern was "^[a-z]+$", is "^[A-Z]+$" | breaks | breaks | { room: a } | { room: A }
  { properties/room/pattern: null } | say.request, room: pattern was "^[a-z]+$", is none | works | if | {} | { room: A }
  { properties/count: { type: string } } | say.request, count: type was ["integer"], is ["string"] | breaks | breaks | { count: 1 } | { count: '1' }
  { properties/count/type: number } | say.request, count: type was ["integer"], is ["number","integer"] | works | if | {} | { count: 1.5 }
  { properties/mood/enum: [calm, loud, sad] } | say.request, mood: value was ["calm","loud"], is ["calm","loud","sad"] | works | if | {} | { mood: sad }
  { properties/mood/enum: [calm] } | say.request, mood: value was ["calm","loud"], is ["calm"] | breaks | works | { mood: loud } | {}
  { properties/action/const: tell } | say.request, action: value was ["say"], is ["tell"] | breaks | breaks | {} | { action: tell }
  { not: { required: [room, count] } } | say.request: not was none, is {"required":["room","count"]} | breaks | works | { room: a, count: 1 } | {}
  { additionalProperties: null } | say.request: additionalProperties was false, is none | works | if | {} | { other: 1 }
  `,
  'actions/say/request/schema/',
  { action: 'say', text: 'hey' },
);

/** Changes of the handshake. */
export const queries = parseCases(
  `
  { properties/token: { type: string } } | connect.query, token: is new | works | works | {} | { token: a }
  { properties/name: null } | connect.query, name: was removed | breaks | works
  { required: [name] } | connect.query, name: is required now | breaks | works | {} | { name: a }
  `,
  'connect/schema/',
);

/** Changes of an ack. */
export const acks = parseCases(
  `
  { properties/note: { type: string } } | say.ack, note: is new | works | if
  { properties/note: {}, required: [seq, log, note] } | say.ack, note: is new and required | works | if | {} | { note: a }
  { properties/hint: null } | say.ack, hint: was removed | breaks | works
  { properties/seq: null, required: [log] } | say.ack, seq: was removed | breaks | works | {} | { seq: null }
  { required: [log] } | say.ack, seq: is optional now | breaks | works | {} | { seq: null }
  { required: [seq, log, hint] } | say.ack, hint: is required now | works | if | {} | { hint: a }
  { properties/log/maxItems: 1 } | say.ack, log: maxItems was 2, is 1 | works | if | { log: [{ type: left }, { type: left }] } | {}
  { properties/log/maxItems: 3 } | say.ack, log: maxItems was 2, is 3 | breaks | works | {} | { log: [{ type: left }, { type: left }, { type: left }] }
  { properties/log/items/oneOf/2: { properties: { type: { const: here } } } } | say.ack, log[].here: is new | works | if
  { properties/log/items/oneOf/1: null } | say.ack, log[].left: was removed | breaks | works
  { properties/log/items/oneOf/0/properties/text/maxLength: 12 } | say.ack, log[].said.text: maxLength was 9, is 12 | breaks | works | {} | { log: [{ type: said, text: the longest }] }
  { properties/hint/oneOf: [{ minLength: 1 }, { pattern: a }] } | say.ack, hint: oneOf was none, is [{"minLength":1},{"pattern":"a"}] | works | if
  { properties/marks/additionalProperties/maxLength: 12 } | say.ack, marks[]: maxLength was 9, is 12 | breaks | works | {} | { marks: { a: the longest } }
  { properties/marks/propertyNames/maxLength: 12 } | say.ack, marks[] name: maxLength was 9, is 12 | breaks | works | {} | { marks: { the longest: a } }
  `,
  'actions/say/result/schema/',
  { seq: 1, log: [] },
);

/** Changes of an event. */
export const events = parseCases(
  `
  { properties/text/maxLength: 12 } | said.event, text: maxLength was 9, is 12 | breaks | works | {} | { text: the longest }
  { properties/text/maxLength: 5 } | said.event, text: maxLength was 9, is 5 | works | if | { text: longer } | {}
  { properties/mood/enum: [calm, loud, sad] } | said.event, mood: value was ["calm","loud"], is ["calm","loud","sad"] | breaks | works | {} | { mood: sad }
  { properties/mood/enum: [calm] } | said.event, mood: value was ["calm","loud"], is ["calm"] | works | if | { mood: loud } | {}
  { properties/type/const: told } | said.event, type: value was ["said"], is ["told"] | breaks | breaks | {} | { type: told }
  { properties/text/pattern: a } | said.event, text: pattern was none, is "a" | works | if | {} | { text: a }
  `,
  'events/said/event/schema/',
  { type: 'said', text: 'hey' },
);

const code = 'errorFrame/schema/properties/code/enum';
const { say } = oldContract.actions;

/** Changes of the entries that the contract lists by name. */
export const names = parseCases(`
  { actions/ask: ${JSON.stringify(say)} } | action ask: is new | works | if
  { actions/say: null } | action say: was removed | breaks | works
  { actions/say/access: member } | action say: access was connection, is member | breaks | works
  { actions/say/access: anyone } | action say: access was connection, is anyone | works | if
  { actions/say/durable: false } | action say: is no longer durable | breaks | works
  { events/here: ${JSON.stringify(oldContract.events.left)} } | event here: is new | works | if
  { events/left: null } | event left: was removed | breaks | works
  { events/said/durable: false } | event said: is no longer durable | breaks | works
  { events/left/durable: true } | event left: is durable now | works | if
  { errors/late: { description: Now. }, ${code}: [busy, wrong, late] } | error late: is new | works | if
  { errors/wrong: null, ${code}: [busy] } | error wrong: was removed | breaks | works
  { errors/busy/retryable: false } | error busy: is no longer retryable | breaks | breaks
  { errors/wrong/retryable: true } | error wrong: is retryable now | breaks | breaks
  { defaultRoom: yard } | default room: was hall, is yard | breaks | breaks
`);
