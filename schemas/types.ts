/**
 * A JSON Schema with the static type that it describes, and examples of it.
 *
 * `defineSchema()` computes the type once and stores it on a member that never has a value. Computing
 * `FromSchema` again from generic code would cost the compiler half a minute. So the declarations work
 * without json-schema-to-ts.
 */
export interface TypedSchema<T, S = unknown> {
  /** The schema, as any JSON Schema validator takes it. */
  readonly schema: S;
  /** Valid values, for the published contract and the tests. */
  readonly examples: readonly T[];
  /** Never set. It only carries the static type. */
  readonly type?: T;
}

/** The static type of a schema. */
export type Infer<C> = C extends TypedSchema<infer T> ? T : never;

/**
 * The connections that may use an action.
 *
 * - `anyone`: every connection. The check costs no read.
 * - `connection`: a connection that is in the table.
 * - `member`: a connection that is in the room of the request.
 */
export type Access = 'anyone' | 'connection' | 'member';

/** An action, as a file in `actions/` defines it. */
export interface ActionDefinition<Request, Result, A extends Access> {
  /** One line for readers. */
  readonly summary: string;
  readonly access: A;
  /** Whether the effect is an event in the room's log, so that the same `id` takes effect once. */
  readonly durable: boolean;
  /** The frame that a client sends. */
  readonly request: TypedSchema<Request>;
  /** The fields of the ack beside `type`, `action` and `id`. */
  readonly result: TypedSchema<Result>;
}
