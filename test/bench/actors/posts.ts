import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import {
  ApiGatewayManagementApiClient,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import { createPayload } from '../../../src/server/aws/sigv4.ts';
import { createBenchPost, sampleMessage } from '../harness/bench-post.ts';
import type { Times } from '../harness/sample.ts';
import { createConnectionId } from './database.ts';

/** The client that makes the deliveries, and their URL. */
export interface PostsOptions {
  readonly kind: keyof typeof clients;
  readonly endpoint: string;
}

/** Deliveries, some of them concurrent. */
export interface PostLoad {
  readonly units: number;
  readonly inFlight: number;
}

type PostMessage = (connectionId: string) => Promise<unknown>;

const frame = JSON.stringify(sampleMessage);

const clients = {
  ours: createOwnClient,
  sdk: createSdkClient,
  unsigned: createUnsignedClient,
};

/** A process that only delivers one payload to many connections. */
export default function posts({ kind, endpoint }: PostsOptions) {
  const post = clients[kind](endpoint);
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

/** Creates the client of the server. As in a broadcast, all deliveries share a payload. */
function createOwnClient(endpoint: string): PostMessage {
  const post = createBenchPost(endpoint);
  const payload = createPayload(frame);
  return (id) => post(id, payload);
}

/** Creates the client of the SDK with its defaults. */
function createSdkClient(endpoint: string): PostMessage {
  const client = new ApiGatewayManagementApiClient({ endpoint });
  return (ConnectionId) => client.send(new PostToConnectionCommand({ ConnectionId, Data: frame }));
}

/** Creates the fastest possible client: the same request and sockets, without a signature. */
function createUnsignedClient(endpoint: string): PostMessage {
  const { protocol, hostname, port } = new URL(endpoint);
  const isSecure = protocol === 'https:';
  const agent = new (isSecure ? HttpsAgent : HttpAgent)({ keepAlive: true, maxSockets: 128 });
  const request = isSecure ? httpsRequest : httpRequest;
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
