import { defineSchema } from './define.ts';
import { clientKey, displayName, token } from './fields.ts';

/** The parameters of the query string of `$connect`. The server ignores others. */
export const connect = defineSchema(
  {
    type: 'object',
    properties: { name: displayName, key: clientKey, token },
  },
  [
    { name: 'Aki', key: 'kept-by-the-client-0001' },
    { token: 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJha2kifQ.c2lnbmVk' },
    {},
  ],
);
