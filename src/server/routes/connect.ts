import { randomInt } from 'node:crypto';
import { defaultRoom, subprotocol } from '../../../schemas/fields.ts';
import validators from '../../generated/validators.cjs';
import { parseHandshake } from '../auth/handshake.ts';
import { ChatError, validationError } from '../errors.ts';
import type { GatewayEvent, GatewayResult } from '../gateway-event.ts';
import type { Services } from '../services.ts';

/**
 * Admits a connection, or refuses it by its status. The connection becomes a silent member of the
 * default room. Nothing is posted to it yet: the gateway answers 410 until this has returned.
 */
export async function connect(event: GatewayEvent, services: Services): Promise<GatewayResult> {
  const { presence, now, authenticator, isOriginAllowed } = services;
  const { origin, subprotocols, name, key, token } = parseHandshake(event);
  if (!isOriginAllowed(origin)) throw new ChatError('forbidden');
  const offersSubprotocols = subprotocols.length > 0;
  if (offersSubprotocols && !subprotocols.includes(subprotocol)) throw new ChatError('invalid');
  if (!validators.connect({ ...(name && { name }), ...(key && { key }) })) {
    throw validationError(validators.connect.errors);
  }
  const identity = await authenticator.authenticate({ key, token });
  const isOpen = await presence.open({
    connectionId: event.requestContext.connectionId,
    userId: identity.userId,
    name: name ?? identity.names?.find(isDisplayName) ?? createGuestName(),
    connectedAt: now(),
    rooms: new Set([defaultRoom]),
    expiresAt: identity.expiresAt,
  });
  if (!isOpen) throw new ChatError('rate_limited');
  const headers = { 'Sec-WebSocket-Protocol': subprotocol };
  return { statusCode: 200, ...(offersSubprotocols && { headers }) };
}

/** Returns whether a token's name can be shown to other users. */
const isDisplayName = (name: string) => validators.connect({ name });

function createGuestName(): string {
  return `guest-${randomInt(36 ** 4)
    .toString(36)
    .padStart(4, '0')}`;
}
