/**
 * A JSON Schema together with the static type that it describes and examples of it.
 *
 * The type is worked out by `contract()`, once, and carried along on a member that never holds a
 * value: asking for `FromSchema` again from generic code would cost the compiler half a minute, and
 * whoever reads the declarations needs no json-schema-to-ts.
 */
export interface TypedSchema<T, S = unknown> {
  /** The schema, as any JSON Schema validator takes it. */
  readonly schema: S;
  /** Valid values, for documents and tests. */
  readonly examples: readonly T[];
  /** Never set: it carries the static type only. */
  readonly type?: T;
}

/** The static type of a contract. */
export type Infer<C> = C extends TypedSchema<infer T> ? T : never;

/**
 * Who may ask for an action: `anyone` costs no read, `connection` needs a connection that the
 * table knows, `member` a connection that is in the request's room.
 */
export type Access = 'anyone' | 'connection' | 'member';

/** What a file in `actions/` says of its action. */
export interface ActionDefinition<Request, Result, A extends Access> {
  /** One line for people. */
  readonly summary: string;
  readonly access: A;
  /** Whether its effect is an event in the room's log, so that the same `id` takes effect once. */
  readonly durable: boolean;
  /** The frame a client sends. */
  readonly request: TypedSchema<Request>;
  /** What the ack bears beside `type`, `action` and `id`. */
  readonly result: TypedSchema<Result>;
}
