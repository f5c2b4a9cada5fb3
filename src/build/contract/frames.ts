import type { ErrorPolicy } from '../../../schemas/errors.ts';
import type { Access, ActionContract, Contract } from '../../../schemas/types.ts';

/** What `schemas/` declares, of this revision or of an older one. */
export interface Declared {
  readonly actions: Readonly<Record<string, DeclaredAction>>;
  readonly events: Readonly<Record<string, DeclaredEvent>>;
  readonly errors: Readonly<Record<string, ErrorPolicy>>;
  readonly errorFrame: Contract<unknown>;
  readonly connect: Contract<unknown>;
  /** The name of the wire's version. */
  readonly subprotocol: string;
  /** The room meant where a request names none. */
  readonly defaultRoom: string;
  /** The schema of an action's whole ack frame. */
  ackSchema(action: string): object;
}

/** An action, whatever its types. */
export type DeclaredAction = ActionContract<unknown, unknown, Access>;

/** An event, whatever its type. */
export interface DeclaredEvent {
  readonly summary: string;
  readonly durable: boolean;
  readonly event: Contract<unknown>;
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
export interface Frame {
  readonly kind: 'request' | 'ack' | 'event' | 'error' | 'query';
  /** The action or the event, as the wire calls it. */
  readonly of: string;
  readonly description: string;
  /** As the server holds itself and the clients to it. */
  readonly schema: Schema;
  readonly examples: readonly unknown[];
}

/** The side that writes a frame; the other reads it. */
export type Writer = 'client' | 'server';

/** Who writes a frame. */
export const writerOf = ({ kind }: Frame): Writer =>
  kind === 'request' || kind === 'query' ? 'client' : 'server';

/** What a frame's file is called: `sendmessage.request`. */
export const nameOf = ({ of, kind }: Frame): string => (of === kind ? of : `${of}.${kind}`);

/** What a frame is called in generated code: `SendmessageRequest`. `Error` is taken in most languages. */
export const titleOf = ({ of, kind }: Frame): string =>
  [of, kind === 'error' ? 'frame' : kind]
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');

/** Tells all that travels, in either direction. */
export function framesOf(declared: Declared): Frame[] {
  const { actions, events, errorFrame, connect } = declared;
  return [
    frame('query', 'connect', 'The parameters of a connect.', connect),
    ...Object.entries(actions).flatMap(([name, { summary, request, result }]) => [
      frame('request', name, summary, request),
      frame('ack', name, `The answer to \`${name}\` where it did not fail.`, {
        schema: declared.ackSchema(name),
        examples: ackExamples(name, request.examples, result.examples),
      }),
    ]),
    ...Object.entries(events).map(([name, { summary, event }]) =>
      frame('event', name, summary, event),
    ),
    frame('error', 'error', 'The answer to a request that failed.', errorFrame),
  ];
}

function frame(
  kind: Frame['kind'],
  of: string,
  description: string,
  { schema, examples }: Contract<unknown>,
): Frame {
  return { kind, of, description, schema: Object(schema), examples };
}

/** The acks repeat the `id` of the example request that has one. */
function ackExamples(action: string, requests: readonly unknown[], results: readonly unknown[]) {
  const id = requests.map((request) => Object(request).id).find(Boolean);
  const head = { type: 'ack', action, ...(id !== undefined && { id }) };
  return results.map((result) => ({ ...head, ...Object(result) }));
}
