import { contract } from './contract.ts';
import { displayName, personKey } from './fields.ts';
import type { TypeOf } from './shape.ts';

/** What the query string of a connect may say. Parameters that are not listed are left alone. */
export const connect = contract(
  {
    type: 'object',
    properties: { name: displayName, key: personKey },
  },
  [{ name: 'Aki', key: 'kept-by-the-client-0001' }, {}],
);

/** The parameters of a connect. */
export type ConnectQuery = TypeOf<typeof connect>;
