import { isRecord } from '../../server/lib/is-record.ts';
import { apiDescription, servers } from './asyncapi-info.ts';
import { currentContract } from './current.ts';
import { type FrameSpec, getFrameName, getFrameTitle, listFrames, type Schema } from './frames.ts';
import { toPublicSchema } from './open-schema.ts';

const frames = listFrames(currentContract);
const messages = frames.filter(({ kind }) => kind !== 'query');
const query = frames.find(({ kind }) => kind === 'query');
const toComponentSchema = (frame: FrameSpec) =>
  toPublicSchema(frame, frames, '#/components/schemas/');

/**
 * Creates the AsyncAPI 3.0 document of the contract. It describes the server, which receives requests
 * and sends acks, errors and events.
 *
 * @param version The version of the software.
 */
export function createAsyncApiDocument(version: string): object {
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
          description: 'A reply repeats the `id` of its request, if the request has one.',
          location: '$message.payload#/id',
        },
      },
    },
  };
}

const channelRef = { $ref: '#/channels/chat' };

/** The header that clients outside browsers may send. */
const authorizationHeader: Schema = {
  type: 'string',
  description:
    '`Bearer ` and the token. It takes precedence over a token that is sent in another way.',
  pattern: '^Bearer ',
};

const chat = {
  // The address of the server is complete without it.
  address: '',
  title: 'The socket',
  description: `Carries all frames. A new connection is in the room \`${currentContract.defaultRoom}\`.`,
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

/** Describes the subprotocols that a client may offer in the handshake. */
function createSubprotocolHeader(): Schema {
  const { subprotocol } = currentContract;
  return {
    type: 'string',
    description: `Optional. A client that offers subprotocols must offer \`${subprotocol}\`, and the \
server selects that one. The client may also offer \`kaiwa.key.\` with its \`key\`, or \`kaiwa.token.\` \
with its \`token\`. That keeps them out of access logs. They take precedence over the query.`,
    examples: [subprotocol, `${subprotocol}, kaiwa.key.kept-by-the-client-0001`],
  };
}

/** Returns the operation of a request or of an event. A reply belongs to the operation of its request. */
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

/** Describes the reply to a request. */
function describeReply(actionName: string) {
  const { access, durable } = currentContract.actions[actionName] ?? {};
  const replies = messages.filter(
    ({ kind, name }) => kind === 'error' || (kind === 'ack' && name === actionName),
  );
  return {
    description: [
      access === 'member' ? 'The connection must be in the room.' : 'Any connection may send it.',
      durable && 'Durable: retries with the same `id` take effect once.',
    ]
      .filter(Boolean)
      .join(' '),
    reply: { channel: channelRef, messages: toMessageRefs(...replies) },
  };
}

/** Describes the delivery of an event. */
function describePush(name: string) {
  return {
    description: currentContract.events[name]?.durable
      ? 'Durable: it is stored, and `joinroom` returns it again.'
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
      ...(isError && isRecord(payload) && { name: payload['code'], summary: payload['message'] }),
      payload,
    })),
  };
}

/** Formats the table of error codes as CommonMark. */
function formatErrorTable(): string {
  const rows = Object.entries(currentContract.errors).map(
    ([code, { description, retryable }]) =>
      `| \`${code}\` | ${description} | ${retryable ? 'yes' : 'no'} |`,
  );
  return ['| code | description | retryable |', '| --- | --- | --- |', ...rows].join('\n');
}

/** Returns the schema of a frame and the schemas that it refers to, by title. */
function collectSchemas(frame: FrameSpec): Record<string, Schema> {
  const { schema, definitions } = toComponentSchema(frame);
  return { ...definitions, [getFrameTitle(frame)]: schema };
}

/** Marks large integers as 64 bits wide. Without a format, code generators assume 32 bits. */
function withWideIntegers(value: object): object {
  return JSON.parse(JSON.stringify(value), (_key, inner) =>
    inner?.type === 'integer' && inner.maximum > 0x7fffffff ? { ...inner, format: 'int64' } : inner,
  );
}
