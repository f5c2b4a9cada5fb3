import type { MiddlewareObj } from '@middy/core';
import { defaultRoom } from '../../../schemas/fields.ts';
import { actions } from '../../../schemas/index.ts';
import { ChatError } from '../errors.ts';
import type { GatewayEvent } from '../gateway-event.ts';
import type { Services } from '../services.ts';

/**
 * Looks up whose connection a request came on, by one strongly consistent read, and whether they may
 * still ask and are in the room that the request names. Identity comes from there alone, never from
 * the request.
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
      // To show another token is what is left to whose last one has expired.
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

/** The room that a request is about: the default room where it names none. */
export function requestedRoom(request: object): string {
  return 'room' in request && typeof request.room === 'string' ? request.room : defaultRoom;
}
