import { contract } from './define.ts';
import { displayName, personKey, token } from './fields.ts';

/** What the query string of a connect may say. Parameters that are not listed are left alone. */
export const connect = contract(
  {
    type: 'object',
    properties: { name: displayName, key: personKey, token },
  },
  [
    { name: 'Aki', key: 'kept-by-the-client-0001' },
    { token: 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJha2kifQ.c2lnbmVk' },
    {},
  ],
);
