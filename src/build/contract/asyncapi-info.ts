/** The description of the whole API, as CommonMark. */
export const apiDescription = `A chat over WebSocket: rooms, durable history, exactly-once sends, gapless recovery.

Every frame is one JSON object. A request has an \`action\`. It gets exactly one reply on its own
connection: an ack or an error. Replies may arrive in any order, so give each request an \`id\` and
match its reply by it. Events have a \`type\`. The server sends them without a request.

A client ignores unknown event types, unknown fields and frames that are not JSON. Schemas of frames
from the server are therefore open. Requests are closed: the server rejects unknown fields.`;

/** A deployed stack, and the local stack. */
export const servers = {
  aws: {
    host: '{api}.execute-api.{region}.amazonaws.com',
    pathname: '/{stage}',
    protocol: 'wss',
    title: 'A deployed stack',
    description: '`sls deploy` prints the address.',
    variables: {
      api: { description: 'The id of the WebSocket API in API Gateway.', examples: ['a1b2c3d4e5'] },
      region: { description: 'The AWS region.', default: 'us-east-1' },
      stage: { description: 'The stage.', default: 'dev', examples: ['dev', 'production'] },
    },
  },
  local: {
    host: 'localhost:{port}',
    protocol: 'ws',
    title: 'The local stack',
    variables: {
      port: { description: 'The environment variable `WEBSOCKET_PORT`.', default: '3001' },
    },
  },
};
