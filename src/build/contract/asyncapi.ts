import { declared } from './current.ts';
import { type Frame, framesOf, nameOf, type Schema, titleOf } from './frames.ts';
import { publish } from './open-schema.ts';

const frames = framesOf(declared);
const messages = frames.filter(({ kind }) => kind !== 'query');
const query = frames.find(({ kind }) => kind === 'query');
const published = (frame: Frame) => publish(frame, frames, '#/components/schemas/');

/**
 * The contract as an AsyncAPI 3.0 document. It describes the server: a request is what it receives,
 * an event what it sends. `version` is that of the software.
 */
export function asyncapi(version: string): object {
  return {
    asyncapi: '3.0.0',
    id: `urn:${declared.subprotocol.replace('.', ':')}`,
    info: { title: 'Kaiwa', version, description: about, license: { name: 'MIT' } },
    defaultContentType: 'application/json',
    servers,
    channels: { chat },
    operations: Object.fromEntries(messages.flatMap(operationsOf)),
    components: {
      schemas: withWideIntegers(Object.assign({}, ...messages.map(schemasOf))),
      messages: Object.fromEntries(messages.map((frame) => [titleOf(frame), messageOf(frame)])),
      correlationIds: {
        id: {
          description: 'A reply repeats the `id` of its request, where that has one.',
          location: '$message.payload#/id',
        },
      },
    },
  };
}

const about = `A chat over WebSocket: rooms, durable history, exactly-once sends, gapless recovery.

Every frame is one JSON object. A request has an \`action\`, and gets exactly one reply on its own
connection: an ack or an error. Replies to two requests may come in either order, so give requests an
\`id\` and match the replies by it. Events have a \`type\` and come unasked.

A client leaves alone what it does not know: types of events, fields, frames that are no JSON. The
schemas of what the server sends are open for that. Requests are closed: an unknown field is refused.`;

const servers = {
  aws: {
    host: '{api}.execute-api.{region}.amazonaws.com',
    pathname: '/{stage}',
    protocol: 'wss',
    title: 'A deployed stack',
    description: 'Deploying prints its address.',
    variables: {
      api: { description: 'the id that API Gateway gave the stack', examples: ['a1b2c3d4e5'] },
      region: { description: 'the region of AWS', default: 'us-east-1' },
      stage: { description: 'the stage', default: 'dev', examples: ['dev', 'production'] },
    },
  },
  local: {
    host: 'localhost:{port}',
    protocol: 'ws',
    title: 'The local stack',
    variables: { port: { description: 'its WEBSOCKET_PORT', default: '3001' } },
  },
};

const here = { $ref: '#/channels/chat' };

/** What a client sends that can set headers. */
const bearer: Schema = {
  type: 'string',
  description: 'The token, behind `Bearer `. It counts instead of those that come in other ways.',
  pattern: '^Bearer ',
};

const chat = {
  // The address of a server is whole.
  address: '',
  title: 'The socket',
  description: `Everything travels on it. It is in the room \`${declared.defaultRoom}\` from the start.`,
  messages: Object.fromEntries(
    messages.map((frame) => [titleOf(frame), { $ref: `#/components/messages/${titleOf(frame)}` }]),
  ),
  bindings: {
    ws: {
      method: 'GET',
      query: query && published(query).schema,
      headers: {
        type: 'object',
        properties: { 'Sec-WebSocket-Protocol': subprotocols(), Authorization: bearer },
      },
      bindingVersion: '0.1.0',
    },
  },
};

/** What may be offered at the handshake. */
function subprotocols(): Schema {
  const { subprotocol } = declared;
  return {
    type: 'string',
    description: `It may be left out. A client that offers subprotocols must offer \`${subprotocol}\` \
and gets that one. The \`key\` may be offered beside it, behind \`kaiwa.key.\`, or the \`token\`, behind \
\`kaiwa.token.\`, which keeps them out of access logs; they then count instead of the query’s.`,
    examples: [subprotocol, `${subprotocol}, kaiwa.key.kept-by-the-client-0001`],
  };
}

/** A request with its reply, or an event; a reply has no operation of its own. */
function operationsOf(frame: Frame): [name: string, operation: object][] {
  const { kind, of, description: summary } = frame;
  if (kind !== 'request' && kind !== 'event') return [];
  const action = kind === 'request' ? 'receive' : 'send';
  const more = kind === 'request' ? answered(of) : pushed(of);
  const operation = { action, channel: here, title: of, summary, ...more, messages: refsTo(frame) };
  return [[`${action}${titleOf(frame)}`, operation]];
}

/** How a request is answered. */
function answered(name: string) {
  const { access, durable } = declared.actions[name] ?? {};
  const replies = messages.filter(
    ({ kind, of }) => kind === 'error' || (kind === 'ack' && of === name),
  );
  return {
    description: [
      access === 'member' ? 'The connection must be in the room.' : 'Any connection may ask.',
      durable && 'Durable: it takes effect once, however often it is sent with the same `id`.',
    ]
      .filter(Boolean)
      .join(' '),
    reply: { channel: here, messages: refsTo(...replies) },
  };
}

/** How an event comes. */
function pushed(name: string) {
  return {
    description: declared.events[name]?.durable
      ? 'Durable: it is stored, and comes again with `joinroom`.'
      : 'It is not stored.',
  };
}

const refsTo = (...wanted: readonly Frame[]) =>
  wanted.map((frame) => ({ $ref: `#/channels/chat/messages/${titleOf(frame)}` }));

function messageOf(frame: Frame) {
  const title = titleOf(frame);
  const isError = frame.kind === 'error';
  return {
    name: nameOf(frame),
    title,
    summary: frame.description,
    ...(isError && { description: errorTable() }),
    ...(frame.kind !== 'event' && { correlationId: { $ref: '#/components/correlationIds/id' } }),
    payload: { $ref: `#/components/schemas/${title}` },
    examples: frame.examples.map((payload) => ({
      ...(isError && { name: Object(payload).code, summary: Object(payload).message }),
      payload,
    })),
  };
}

/** What each code means, as CommonMark. */
function errorTable(): string {
  const rows = Object.entries(declared.errors).map(
    ([code, { when, retryable }]) => `| \`${code}\` | ${when} | ${retryable ? 'yes' : 'no'} |`,
  );
  return ['| code | when | retryable |', '| --- | --- | --- |', ...rows].join('\n');
}

/** The schema of a frame and those that it refers to, by their titles. */
function schemasOf(frame: Frame): Record<string, Schema> {
  const { schema, definitions } = published(frame);
  return { ...definitions, [titleOf(frame)]: schema };
}

/** Generators take an integer for one of 32 bits where no format says that it is not. */
function withWideIntegers(value: object): object {
  return JSON.parse(JSON.stringify(value), (_key, inner) =>
    inner?.type === 'integer' && inner.maximum > 0x7fffffff ? { ...inner, format: 'int64' } : inner,
  );
}
