import { SignJWT } from 'jose';
import type { Action, Request } from '../../schemas/index.ts';
import type { Chunk } from '../../src/server/delivery/chunk.ts';
import type { GatewayEvent } from '../../src/server/gateway-event.ts';
import { createGatewayEvent } from '../helpers/test-server.ts';

/** The function's entry, called as AWS calls it. */
export type Invoke = (event: GatewayEvent | Chunk) => Promise<unknown>;

/** What becomes of the requests while they are made. */
export interface RouteObserver {
  /** The parts of a room that were handed over, oldest first; whoever runs one takes it. */
  readonly chunks: Chunk[];
  /** How many connections were hung up on. */
  readonly getDeletedCount: () => number;
  /** What signs the tokens. */
  readonly secret: string;
}

/** One request of every action, in an order in which each finds something to do. */
const requests: { readonly [A in Action]: Omit<Request<A>, 'action'> } = {
  ping: {},
  identity: {},
  joinroom: { room: 'tea' },
  sendmessage: { room: 'tea', id: 'a1', message: 'hello' },
  editmessage: { room: 'tea', seq: 1, message: 'hello!' },
  react: { room: 'tea', seq: 1, emoji: '👍' },
  typing: { room: 'tea', typing: true },
  markread: { room: 'tea', seq: 1 },
  history: { room: 'tea' },
  members: { room: 'tea' },
  listrooms: {},
  deletemessage: { room: 'tea', seq: 1 },
  leaveroom: { room: 'tea' },
  authenticate: { token: '' },
};

/**
 * Has the function do all that it can: every route of both APIs, what it hands to itself, and a client that
 * it hangs up on. Throws where an action is not acked.
 */
export async function exerciseEveryRoute(invoke: Invoke, observer: RouteObserver): Promise<void> {
  const userIds = ['aki', 'ben', 'cleo'];
  for (const sub of userIds) {
    const queryStringParameters = { token: await createToken(sub, observer.secret) };
    await invoke({
      ...createGatewayEvent('CONNECT', '$connect', `${sub}=`),
      queryStringParameters,
    });
  }
  for (const id of ['ben=', 'cleo=']) await sendRequest(invoke, id, 'joinroom', { room: 'tea' });
  await exerciseEveryAction(invoke, 'aki=', observer);
  await sendRequest(invoke, 'aki=', '$default', {});
  for (let more = 200; observer.getDeletedCount() === 0; more -= 1) {
    if (more === 0) throw new Error('Nobody hangs up.');
    await sendRequest(invoke, 'cleo=', 'ping', {});
  }
  for (const sub of userIds)
    await invoke(createGatewayEvent('DISCONNECT', '$disconnect', `${sub}=`));
  for (const path of ['/', '/contract']) {
    const { eventType: _, ...context } = createGatewayEvent(
      'MESSAGE',
      `GET ${path}`,
      '',
    ).requestContext;
    await invoke({ requestContext: context });
  }
}

async function exerciseEveryAction(
  invoke: Invoke,
  id: string,
  observer: RouteObserver,
): Promise<void> {
  const token = await createToken(id.replace('=', ''), observer.secret);
  for (const [action, frame] of Object.entries({ ...requests, authenticate: { token } })) {
    const reply = await sendRequest(invoke, id, action, frame);
    if (reply.type !== 'ack') throw new Error(`${action}: ${JSON.stringify(reply)}`);
    for (const chunk of observer.chunks.splice(0)) await invoke(chunk);
  }
}

async function sendRequest(invoke: Invoke, id: string, action: string, frame: object) {
  const body = JSON.stringify({ ...frame, action });
  const reply = await invoke({ ...createGatewayEvent('MESSAGE', action, id), body });
  return JSON.parse(Object(reply).body);
}

const createToken = (sub: string, secret: string) =>
  new SignJWT({ sub })
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime('1h')
    .sign(Buffer.from(secret));
