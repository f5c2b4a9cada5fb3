import { SignJWT } from 'jose';
import type { Action, Request } from '../../schemas/index.ts';
import type { Chunk } from '../../src/server/delivery/chunk.ts';
import type { GatewayEvent } from '../../src/server/gateway-event.ts';
import { isRecord } from '../../src/server/lib/is-record.ts';
import { createGatewayEvent } from '../helpers/test-server.ts';

/** Invokes the function as AWS does. */
export type Invoke = (event: GatewayEvent | Chunk) => Promise<unknown>;

/** The effects of the requests. */
export interface RouteObserver {
  /** The enqueued chunks, oldest first. Running a chunk removes it. */
  readonly chunks: Chunk[];
  /** Returns the number of connections that the function has deleted. */
  readonly getDeletedCount: () => number;
  /** The secret that signs the tokens. */
  readonly secret: string;
}

/** One request for each action, in an order in which each has an effect. */
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
 * Invokes every route of both APIs, runs the enqueued chunks, and sends requests until the function deletes a
 * connection. Throws if an action gets no ack.
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
  for (let remaining = 200; observer.getDeletedCount() === 0; remaining -= 1) {
    if (remaining === 0) throw new Error('The function deletes no connection.');
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
  return JSON.parse(String(isRecord(reply) && reply['body']));
}

const createToken = (sub: string, secret: string) =>
  new SignJWT({ sub })
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime('1h')
    .sign(Buffer.from(secret));
