import { createHash, randomBytes, randomInt } from 'node:crypto';
import type { ConnectQuery } from '../../schemas/connect.ts';
import { defaultRoom, subprotocol } from '../../schemas/fields.ts';
import { ChatError } from '../error.ts';
import type { GatewayEvent, GatewayReply } from '../event.ts';
import validators from '../generated/validators.cjs';
import { invalid } from '../middleware/validate.ts';
import type { Parts } from '../parts.ts';

const keyProtocol = 'kaiwa.key.';

/**
 * Admits a connection, or refuses it by status. It becomes a silent member of the default room.
 * Nothing is posted to it from here: until this has returned, the gateway answers 410.
 */
export async function connect(event: GatewayEvent, { store, clock }: Parts): Promise<GatewayReply> {
  const offered = offeredProtocols(event);
  if (offered.length > 0 && !offered.includes(subprotocol)) throw new ChatError('invalid');
  const { name = guestName(), key } = connectQuery(event, offered);
  await store.connections.open({
    connectionId: event.requestContext.connectionId,
    userId: key === undefined ? randomBytes(16).toString('base64url') : userIdOf(key),
    name,
    connectedAt: clock(),
    rooms: new Set([defaultRoom]),
  });
  const headers = { 'Sec-WebSocket-Protocol': subprotocol };
  return { statusCode: 200, ...(offered.length > 0 && { headers }) };
}

/** The subprotocols a client offers. Header names vary in case, lists are comma separated. */
function offeredProtocols({ headers }: GatewayEvent): string[] {
  return Object.entries(headers ?? {})
    .filter(([name]) => name.toLowerCase() === 'sec-websocket-protocol')
    .flatMap(([, value]) => (value ?? '').split(','))
    .map((protocol) => protocol.trim())
    .filter((protocol) => protocol !== '');
}

function connectQuery(event: GatewayEvent, offered: readonly string[]): ConnectQuery {
  const { name, key } = event.queryStringParameters ?? {};
  const keyOffered = offered.find((protocol) => protocol.startsWith(keyProtocol));
  const secret = keyOffered?.slice(keyProtocol.length) ?? key;
  const query = { ...(name && { name: name.toWellFormed() }), ...(secret && { key: secret }) };
  if (!validators.connect(query)) throw invalid(validators.connect);
  return query;
}

function guestName(): string {
  return `guest-${randomInt(36 ** 4)
    .toString(36)
    .padStart(4, '0')}`;
}

/** The same for the same key, and no way back: who sees a `userId` cannot become that person. */
function userIdOf(key: string): string {
  return createHash('sha256').update(`kaiwa.key.${key}`).digest('base64url').slice(0, 22);
}
