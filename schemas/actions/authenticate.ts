import { defineAction, defineSchema } from '../define.ts';
import { requestId, time, token, userId, userName } from '../fields.ts';

/** Replaces the token of the user, before or after the current one expires. */
export const authenticate = defineAction({
  summary: 'Renews the token of the user.',
  access: 'connection',
  durable: false,
  request: defineSchema(
    {
      type: 'object',
      additionalProperties: false,
      required: ['action', 'token'],
      properties: { action: { const: 'authenticate' }, id: requestId, token },
    },
    [
      {
        action: 'authenticate',
        id: 'a5',
        token: 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJha2kifQ.c2lnbmVk',
      },
    ],
  ),
  result: defineSchema(
    {
      type: 'object',
      additionalProperties: false,
      required: ['userId', 'name', 'expiresAt'],
      properties: {
        userId,
        name: userName,
        expiresAt: { ...time, description: 'when the token expires, in ISO 8601' },
      },
    },
    [
      {
        userId: 'auth0|5f7c8ec7c33c6c004bbafe82',
        name: 'Aki',
        expiresAt: '2026-11-22T10:30:00.000Z',
      },
    ],
  ),
});
