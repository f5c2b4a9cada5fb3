import { Ajv, type ValidateFunction } from 'ajv';
import { errorFrame } from '../../schemas/errors.ts';
import { type Action, ackSchema, actions, events } from '../../schemas/index.ts';
import type { GatewayEvent } from '../../src/server/gateway-event.ts';
import type { User } from '../../src/server/store/members.ts';
import { type Frame, TestServer } from './test-server.ts';

const ajv = new Ajv({ strictRequired: false });
const validators = new Map<string, ValidateFunction>();
validators.set('error', ajv.compile(errorFrame.schema));
for (const [type, { event }] of Object.entries(events)) {
  validators.set(type, ajv.compile(event.schema as object));
}
for (const action of Object.keys(actions) as Action[]) {
  validators.set(`ack ${action}`, ajv.compile(ackSchema(action)));
}

/** Returns a frame that a client received. Throws if the frame breaks its schema. */
export function assertValid(frame: Frame): Frame {
  const name = frame['type'] === 'ack' ? `ack ${frame['action']}` : String(frame['type']);
  const validator = validators.get(name);
  if (validator?.(frame)) return frame;
  const reason = validator ? ajv.errorsText(validator.errors) : 'there is no such frame';
  throw new Error(`${reason}: ${JSON.stringify(frame)}`);
}

/** A server that throws at the first frame, pushed or replied, that breaks its schema. */
export class StrictTestServer extends TestServer {
  readonly #seen = new WeakSet<Frame>();

  override async invoke(event: GatewayEvent, remainingMs?: number) {
    const reply = await super.invoke(event, remainingMs);
    if (reply.body !== undefined) assertValid(JSON.parse(reply.body));
    for (const frame of [...this.pushed.values()].flat()) {
      if (!this.#seen.has(frame)) this.#seen.add(assertValid(frame));
    }
    return reply;
  }

  /** Sends a request and returns its ack. Throws if the reply is not an ack. */
  async request(connectionId: string, frame: Frame): Promise<Frame> {
    const reply = await this.send(connectionId, frame);
    if (reply['type'] !== 'ack') throw new Error(JSON.stringify(reply));
    return reply;
  }

  /** Opens a connection that joins these rooms, besides the lobby. */
  async connectTo(rooms: string | readonly string[], query: Record<string, string> = {}) {
    const id = await this.connect(query);
    for (const room of [rooms].flat()) await this.request(id, { action: 'joinroom', room });
    return id;
  }

  /** Returns the user of a connection, as events name it. */
  async getUser(connectionId: string): Promise<User> {
    const connection = await this.store.connections.find(connectionId);
    if (!connection)
      throw new Error(`The connection ${connectionId} is unknown: connect it first.`);
    return { userId: connection.userId, name: connection.name };
  }

  /** Returns the frames that a connection received since the last call, and forgets them. */
  drainPushed(connectionId: string): Frame[] {
    return this.pushedTo(connectionId).splice(0);
  }

  /** Forgets all frames pushed so far. */
  clearPushed(): void {
    for (const frames of this.pushed.values()) frames.length = 0;
  }

  /** Appends messages of one user to a room, without delivering them. */
  async seedMessages(room: string, author: User, count: number): Promise<void> {
    const append = (message: string) =>
      this.store.eventLog.append(room, author, { type: 'message', id: 'filled', message });
    for (let from = 0; from < count; from += 50) {
      const texts = Array.from({ length: Math.min(50, count - from) }, (_, n) => `m${from + n}`);
      await Promise.all(texts.map(append));
    }
  }
}
