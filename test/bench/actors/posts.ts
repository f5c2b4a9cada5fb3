import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import {
  ApiGatewayManagementApiClient,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import { createPayload } from '../../../src/server/aws/sigv4.ts';
import { createBenchPost, sampleMessage } from '../harness/posting.ts';
import type { Times } from '../harness/sample.ts';
import { createConnectionId } from './engine.ts';

/** Who posts where. */
export interface PostsOptions {
  readonly kind: keyof typeof kinds;
  readonly endpoint: string;
}

/** So many posts, so many of them on their way at once. */
export interface PostLoad {
  readonly units: number;
  readonly inFlight: number;
}

type PostMessage = (connectionId: string) => Promise<unknown>;

/** A message, as it is pushed. */
const frame = JSON.stringify(sampleMessage);

const kinds = { ours, sdk, unsigned };

/** A process that does nothing but post one payload to many connections. */
export default function posts({ kind, endpoint }: PostsOptions) {
  const post = kinds[kind](endpoint);
  return {
    run: async ({ units, inFlight }: PostLoad): Promise<Times> => {
      const startedAt = performance.now();
      let next = 0;
      const worker = async () => {
        while (next < units) await post(createConnectionId(next++));
      };
      await Promise.all(Array.from({ length: inFlight }, worker));
      return { startedAt, endedAt: performance.now() };
    },
  };
}

/** What a broadcast does: the payload made once. */
function ours(endpoint: string): PostMessage {
  const post = createBenchPost(endpoint);
  const payload = createPayload(frame);
  return (id) => post(id, payload);
}

/** The SDK's client as it comes. */
function sdk(endpoint: string): PostMessage {
  const client = new ApiGatewayManagementApiClient({ endpoint });
  return (ConnectionId) => client.send(new PostToConnectionCommand({ ConnectionId, Data: frame }));
}

/** The limit: the same request with nothing in it that AWS would ask for, on as many sockets. */
function unsigned(endpoint: string): PostMessage {
  const { protocol, hostname, port } = new URL(endpoint);
  const secure = protocol === 'https:';
  const agent = new (secure ? HttpsAgent : HttpAgent)({ keepAlive: true, maxSockets: 128 });
  const request = secure ? httpsRequest : httpRequest;
  const bytes = Buffer.from(frame);
  const headers = { 'content-length': bytes.length };
  return (id) =>
    new Promise((resolve, reject) => {
      const path = `/@connections/${encodeURIComponent(id)}`;
      request({ method: 'POST', hostname, port, path, headers, agent }, (response) => {
        response.resume();
        response.on('end', resolve);
      })
        .on('error', reject)
        .end(bytes);
    });
}
