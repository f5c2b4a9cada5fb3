import type { ErrorPolicy } from '../../../schemas/errors.ts';
import type { Access, ActionDefinition, TypedSchema } from '../../../schemas/types.ts';
import { isRecord } from '../../server/lib/is-record.ts';

/** The declarations of `schemas/`, of the working tree or of an older revision. */
export interface ContractSource {
  readonly actions: Readonly<Record<string, ContractAction>>;
  readonly events: Readonly<Record<string, ContractEvent>>;
  readonly errors: Readonly<Record<string, ErrorPolicy>>;
  readonly errorFrame: TypedSchema<unknown>;
  readonly connect: TypedSchema<unknown>;
  /** The WebSocket subprotocol, which names the version of the protocol. */
  readonly subprotocol: string;
  /** The room of a request that names no room. */
  readonly defaultRoom: string;
  /** Returns the schema of an action's ack frame. */
  ackSchema(action: string): object;
}

/** An action of any types. */
export type ContractAction = ActionDefinition<unknown, unknown, Access>;

/** An event of any type. */
export interface ContractEvent {
  readonly summary: string;
  readonly durable: boolean;
  readonly event: TypedSchema<unknown>;
}

/** A JSON Schema, with types for the keywords that the build reads. */
export interface Schema {
  readonly title?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly oneOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
  readonly [keyword: string]: unknown;
}

/** A frame of the protocol, or the query of the handshake. */
export interface FrameSpec {
  readonly kind: 'request' | 'ack' | 'event' | 'error' | 'query';
  /** The name of the action or of the event in frames. */
  readonly name: string;
  readonly description: string;
  /** The schema that the server enforces. */
  readonly schema: Schema;
  readonly examples: readonly unknown[];
}

/** The side that sends a frame. The other side receives it. */
export type Sender = 'client' | 'server';

/** Returns the side that sends a frame. */
export const getSender = ({ kind }: FrameSpec): Sender =>
  kind === 'request' || kind === 'query' ? 'client' : 'server';

/** Returns the name of a frame's file, such as `sendmessage.request`. */
export const getFrameName = ({ name, kind }: FrameSpec): string =>
  name === kind ? name : `${name}.${kind}`;

/**
 * Returns the name of a frame in generated code, such as `SendmessageRequest`. Most languages have an
 * `Error` already, so the error frame is `ErrorFrame`.
 */
export const getFrameTitle = ({ name, kind }: FrameSpec): string =>
  [name, kind === 'error' ? 'frame' : kind]
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');

/** Lists the frames of both directions. */
export function listFrames(contract: ContractSource): FrameSpec[] {
  const { actions, events, errorFrame, connect } = contract;
  return [
    createFrame('query', 'connect', 'The query parameters of the handshake.', connect),
    ...Object.entries(actions).flatMap(([name, { summary, request, result }]) => [
      createFrame('request', name, summary, request),
      createFrame('ack', name, `The reply to a \`${name}\` request that succeeded.`, {
        schema: contract.ackSchema(name),
        examples: createAckExamples(name, request.examples, result.examples),
      }),
    ]),
    ...Object.entries(events).map(([name, { summary, event }]) =>
      createFrame('event', name, summary, event),
    ),
    createFrame('error', 'error', 'The reply to a request that failed.', errorFrame),
  ];
}

function createFrame(
  kind: FrameSpec['kind'],
  name: string,
  description: string,
  { schema, examples }: TypedSchema<unknown>,
): FrameSpec {
  return { kind, name, description, schema: toSchema(schema), examples };
}

/** The contract holds schemas as constants of exact types. This is the type that they share. */
function toSchema(schema: unknown): Schema {
  if (!isRecord(schema)) throw new Error('A schema of the contract is not an object.');
  return schema;
}

/** Returns examples of acks. They repeat the `id` of the example request that has one. */
function createAckExamples(
  action: string,
  requests: readonly unknown[],
  results: readonly unknown[],
) {
  const id = requests
    .filter(isRecord)
    .map((request) => request['id'])
    .find(Boolean);
  const head = { type: 'ack', action, ...(id !== undefined && { id }) };
  return results.filter(isRecord).map((result) => ({ ...head, ...result }));
}
