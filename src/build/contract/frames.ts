import type { ErrorPolicy } from '../../../schemas/errors.ts';
import type { Access, ActionDefinition, TypedSchema } from '../../../schemas/types.ts';

/** What `schemas/` declares, of this revision or of an older one. */
export interface ContractSource {
  readonly actions: Readonly<Record<string, ContractAction>>;
  readonly events: Readonly<Record<string, ContractEvent>>;
  readonly errors: Readonly<Record<string, ErrorPolicy>>;
  readonly errorFrame: TypedSchema<unknown>;
  readonly connect: TypedSchema<unknown>;
  /** The name of the wire's version. */
  readonly subprotocol: string;
  /** The room meant where a request names none. */
  readonly defaultRoom: string;
  /** The schema of an action's whole ack frame. */
  ackSchema(action: string): object;
}

/** An action, whatever its types. */
export type ContractAction = ActionDefinition<unknown, unknown, Access>;

/** An event, whatever its type. */
export interface ContractEvent {
  readonly summary: string;
  readonly durable: boolean;
  readonly event: TypedSchema<unknown>;
}

/** A JSON Schema, with types for the keywords that are looked into. */
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

/** Something whole that one side of a socket writes and the other reads. */
export interface FrameSpec {
  readonly kind: 'request' | 'ack' | 'event' | 'error' | 'query';
  /** The action or the event, as the wire calls it. */
  readonly name: string;
  readonly description: string;
  /** As the server holds itself and the clients to it. */
  readonly schema: Schema;
  readonly examples: readonly unknown[];
}

/** The side that writes a frame; the other reads it. */
export type Sender = 'client' | 'server';

/** Who writes a frame. */
export const getSender = ({ kind }: FrameSpec): Sender =>
  kind === 'request' || kind === 'query' ? 'client' : 'server';

/** What a frame's file is called: `sendmessage.request`. */
export const getFrameName = ({ name, kind }: FrameSpec): string =>
  name === kind ? name : `${name}.${kind}`;

/** What a frame is called in generated code: `SendmessageRequest`. `Error` is taken in most languages. */
export const getFrameTitle = ({ name, kind }: FrameSpec): string =>
  [name, kind === 'error' ? 'frame' : kind]
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');

/** Tells all that travels, in either direction. */
export function listFrames(contract: ContractSource): FrameSpec[] {
  const { actions, events, errorFrame, connect } = contract;
  return [
    createFrame('query', 'connect', 'The parameters of a connect.', connect),
    ...Object.entries(actions).flatMap(([name, { summary, request, result }]) => [
      createFrame('request', name, summary, request),
      createFrame('ack', name, `The answer to \`${name}\` where it did not fail.`, {
        schema: contract.ackSchema(name),
        examples: createAckExamples(name, request.examples, result.examples),
      }),
    ]),
    ...Object.entries(events).map(([name, { summary, event }]) =>
      createFrame('event', name, summary, event),
    ),
    createFrame('error', 'error', 'The answer to a request that failed.', errorFrame),
  ];
}

function createFrame(
  kind: FrameSpec['kind'],
  name: string,
  description: string,
  { schema, examples }: TypedSchema<unknown>,
): FrameSpec {
  return { kind, name, description, schema: Object(schema), examples };
}

/** The acks repeat the `id` of the example request that has one. */
function createAckExamples(
  action: string,
  requests: readonly unknown[],
  results: readonly unknown[],
) {
  const id = requests.map((request) => Object(request).id).find(Boolean);
  const head = { type: 'ack', action, ...(id !== undefined && { id }) };
  return results.map((result) => ({ ...head, ...Object(result) }));
}
