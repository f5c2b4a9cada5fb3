import type { TableCall } from './fakes/faulty-dynamo.ts';

/** Returns whether a call allocates the next seq of a room. */
export const isSeqAllocation = ({ operation, sk }: TableCall) =>
  operation === 'UpdateItem' && sk === 'COUNTER';

/** Returns whether a call reads the claim on a request id. */
export const isClaimRead = ({ operation, pk }: TableCall) =>
  operation === 'GetItem' && pk.startsWith('CLAIM#');

/** Returns whether a call claims a request id. */
export const isClaimWrite = ({ operation, pk }: TableCall) =>
  operation === 'PutItem' && pk.startsWith('CLAIM#');

/** Returns whether a call writes an event or a tombstone to the log. */
export const isLogWrite = ({ operation, pk }: TableCall) =>
  operation === 'PutItem' && pk.startsWith('LOG#');
