import { currentContract } from './current.ts';
import { type FrameSpec, getFrameName, getFrameTitle, listFrames, type Schema } from './frames.ts';
import { toPublicSchema } from './open-schema.ts';

const frames = listFrames(currentContract);
const messages = frames.filter(({ kind }) => kind !== 'query');
const query = frames.find(({ kind }) => kind === 'query');
const toComponentSchema = (frame: FrameSpec) =>
  toPublicSchema(frame, frames, '#/components/schemas/');

/**
 * The contract as an AsyncAPI 3.0 document. It describes the server: a request is what it receives,
 * an event what it sends. `version` is that of the software.
 */
export function asyncapi(version: string): object {
  return {
    asyncapi: '3.0.0',
    id: `urn:${currentContract.subprotocol.replace('.', ':')}`,
    info: { title: 'Kaiwa', version, description: apiDescription, license: { name: 'MIT' } },
    defaultContentType: 'application/json',
    servers,
    channels: { chat },
    operations: Object.fromEntries(messages.flatMap(toOperations)),
    components: {
      schemas: withWideIntegers(Object.assign({}, ...messages.map(collectSchemas))),
      messages: Object.fromEntries(
        messages.map((frame) => [getFrameTitle(frame), toMessage(frame)]),
      ),
      correlationIds: {
        id: {
          description: 'A reply repeats the `id` of its request, where that has one.',
          location: '$message.payload#/id',
        },
      },
    },
  };
}

const apiDescription = `A chat over WebSocket: rooms, durable history, exactly-once sends, gapless recovery.

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

const channelRef = { $ref: '#/channels/chat' };

/** What a client sends that can set headers. */
const authorizationHeader: Schema = {
  type: 'string',
  description: 'The token, behind `Bearer `. It counts instead of those that come in other ways.',
  pattern: '^Bearer ',
};

const chat = {
  // The address of a server is whole.
  address: '',
  title: 'The socket',
  description: `Everything travels on it. It is in the room \`${currentContract.defaultRoom}\` from the start.`,
  messages: Object.fromEntries(
    messages.map((frame) => [
      getFrameTitle(frame),
      { $ref: `#/components/messages/${getFrameTitle(frame)}` },
    ]),
  ),
  bindings: {
    ws: {
      method: 'GET',
      query: query && toComponentSchema(query).schema,
      headers: {
        type: 'object',
        properties: {
          'Sec-WebSocket-Protocol': createSubprotocolHeader(),
          Authorization: authorizationHeader,
        },
      },
      bindingVersion: '0.1.0',
    },
  },
};

/** What may be offered at the handshake. */
function createSubprotocolHeader(): Schema {
  const { subprotocol } = currentContract;
  return {
    type: 'string',
    description: `It may be left out. A client that offers subprotocols must offer \`${subprotocol}\` \
and gets that one. The \`key\` may be offered beside it, behind \`kaiwa.key.\`, or the \`token\`, behind \
\`kaiwa.token.\`, which keeps them out of access logs; they then count instead of the query’s.`,
    examples: [subprotocol, `${subprotocol}, kaiwa.key.kept-by-the-client-0001`],
  };
}

/** A request with its reply, or an event; a reply has no operation of its own. */
function toOperations(frame: FrameSpec): [name: string, operation: object][] {
  const { kind, name, description: summary } = frame;
  if (kind !== 'request' && kind !== 'event') return [];
  const action = kind === 'request' ? 'receive' : 'send';
  const details = kind === 'request' ? describeReply(name) : describePush(name);
  const operation = {
    action,
    channel: channelRef,
    title: name,
    summary,
    ...details,
    messages: toMessageRefs(frame),
  };
  return [[`${action}${getFrameTitle(frame)}`, operation]];
}

/** How a request is answered. */
function describeReply(actionName: string) {
  const { access, durable } = currentContract.actions[actionName] ?? {};
  const replies = messages.filter(
    ({ kind, name }) => kind === 'error' || (kind === 'ack' && name === actionName),
  );
  return {
    description: [
      access === 'member' ? 'The connection must be in the room.' : 'Any connection may ask.',
      durable && 'Durable: it takes effect once, however often it is sent with the same `id`.',
    ]
      .filter(Boolean)
      .join(' '),
    reply: { channel: channelRef, messages: toMessageRefs(...replies) },
  };
}

/** How an event comes. */
function describePush(name: string) {
  return {
    description: currentContract.events[name]?.durable
      ? 'Durable: it is stored, and comes again with `joinroom`.'
      : 'It is not stored.',
  };
}

const toMessageRefs = (...wanted: readonly FrameSpec[]) =>
  wanted.map((frame) => ({ $ref: `#/channels/chat/messages/${getFrameTitle(frame)}` }));

function toMessage(frame: FrameSpec) {
  const title = getFrameTitle(frame);
  const isError = frame.kind === 'error';
  return {
    name: getFrameName(frame),
    title,
    summary: frame.description,
    ...(isError && { description: formatErrorTable() }),
    ...(frame.kind !== 'event' && { correlationId: { $ref: '#/components/correlationIds/id' } }),
    payload: { $ref: `#/components/schemas/${title}` },
    examples: frame.examples.map((payload) => ({
      ...(isError && { name: Object(payload).code, summary: Object(payload).message }),
      payload,
    })),
  };
}

/** What each code means, as CommonMark. */
function formatErrorTable(): string {
  const rows = Object.entries(currentContract.errors).map(
    ([code, { description, retryable }]) =>
      `| \`${code}\` | ${description} | ${retryable ? 'yes' : 'no'} |`,
  );
  return ['| code | when | retryable |', '| --- | --- | --- |', ...rows].join('\n');
}

/** The schema of a frame and those that it refers to, by their titles. */
function collectSchemas(frame: FrameSpec): Record<string, Schema> {
  const { schema, definitions } = toComponentSchema(frame);
  return { ...definitions, [getFrameTitle(frame)]: schema };
}

/** Generators take an integer for one of 32 bits where no format says that it is not. */
function withWideIntegers(value: object): object {
  return JSON.parse(JSON.stringify(value), (_key, inner) =>
    inner?.type === 'integer' && inner.maximum > 0x7fffffff ? { ...inner, format: 'int64' } : inner,
  );
}
