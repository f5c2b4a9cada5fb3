import { randomInt } from 'node:crypto';
import { defaultRoom, subprotocol } from '../../../schemas/fields.ts';
import validators from '../../generated/validators.cjs';
import { handshakeOf } from '../auth/handshake.ts';
import { ChatError } from '../errors.ts';
import type { GatewayEvent, GatewayReply } from '../gateway-event.ts';
import { invalid } from '../middleware/validate.ts';
import type { Parts } from '../services.ts';

/**
 * Admits a connection, or refuses it by status. It becomes a silent member of the default room.
 * Nothing is posted to it from here: until this has returned, the gateway answers 410.
 */
export async function connect(event: GatewayEvent, parts: Parts): Promise<GatewayReply> {
  const { store, clock, authentication, admitsOrigin } = parts;
  const { origin, offered, name, key, token } = handshakeOf(event);
  if (!admitsOrigin(origin)) throw new ChatError('forbidden');
  if (offered.length > 0 && !offered.includes(subprotocol)) throw new ChatError('invalid');
  if (!validators.connect({ ...(name && { name }), ...(key && { key }) })) {
    throw invalid(validators.connect);
  }
  const identity = await authentication.identify({ key, token });
  const isOpen = await store.connections.open({
    connectionId: event.requestContext.connectionId,
    userId: identity.userId,
    name: name ?? identity.names?.find(isName) ?? guestName(),
    connectedAt: clock(),
    rooms: new Set([defaultRoom]),
    expiresAt: identity.expiresAt,
  });
  if (!isOpen) throw new ChatError('forbidden');
  const headers = { 'Sec-WebSocket-Protocol': subprotocol };
  return { statusCode: 200, ...(offered.length > 0 && { headers }) };
}

/** Whether it may be shown as a name. */
const isName = (name: string) => name.isWellFormed() && validators.connect({ name });

function guestName(): string {
  return `guest-${randomInt(36 ** 4)
    .toString(36)
    .padStart(4, '0')}`;
}
