import type { MiddlewareObj } from '@middy/core';
import { defaultRoom } from '../../../schemas/fields.ts';
import { actions } from '../../../schemas/index.ts';
import { ChatError } from '../errors.ts';
import type { GatewayEvent } from '../gateway-event.ts';
import type { Services } from '../services.ts';

/**
 * Looks up the connection of a request by one strongly consistent read. Checks that its user may
 * still make requests and that it is in the requested room. Identity never comes from the request.
 */
export function authorize({
  store,
  now,
}: Pick<Services, 'store' | 'now'>): MiddlewareObj<GatewayEvent> {
  return {
    before: async ({ event }) => {
      const { request, requestContext } = event;
      if (!request) return;
      const { access } = actions[request.action];
      if (access === 'anyone') return;
      const connection = await store.connections.find(requestContext.connectionId);
      if (!connection) throw new ChatError('unauthenticated');
      const { expiresAt = Number.POSITIVE_INFINITY } = connection;
      // An expired token can be replaced by a new one.
      if (now() >= expiresAt && request.action !== 'authenticate') {
        throw new ChatError('unauthenticated');
      }
      if (access === 'member' && !connection.rooms.has(requestedRoom(request))) {
        throw new ChatError('not_member');
      }
      event.connection = connection;
    },
  };
}

/** Returns the room of a request: the default room if it names none. */
function requestedRoom(request: object): string {
  return 'room' in request && typeof request.room === 'string' ? request.room : defaultRoom;
}
