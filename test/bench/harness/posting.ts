import type { Event } from '../../../schemas/index.ts';
import { createAwsClient } from '../../../src/server/aws/client.ts';
import {
  createPostToConnection,
  type PostToConnection,
} from '../../../src/server/delivery/post-to-connection.ts';

/** A message of usual length. */
export const sampleMessage: Event = {
  type: 'message',
  room: 'tea',
  seq: 4711,
  id: 'vt2_dc3Z-NQqxpBp',
  from: { userId: 'BufeKqVXa66luxBAVW7TuA', name: 'Aki' },
  message: 'Shall we have tea at four? I bring the cake.',
  sentAt: '2026-11-22T09:30:00.000Z',
};

/** What is told of a post that failed: a measure with one is none. */
export function throwFailure(_connectionId: string, cause: unknown): never {
  throw cause;
}

/** Posts to a gateway as the deployed function does, as whom the environment says. Throws where one fails. */
export function createBenchPost(endpoint: string): PostToConnection {
  const env = (name: string) => String(process.env[name]);
  const send = createAwsClient({
    service: 'execute-api',
    region: env('AWS_REGION'),
    credentials: {
      accessKeyId: env('AWS_ACCESS_KEY_ID'),
      secretAccessKey: env('AWS_SECRET_ACCESS_KEY'),
      sessionToken: env('AWS_SESSION_TOKEN'),
    },
    endpoint,
    now: Date.now,
  });
  return createPostToConnection(send, 3_000, throwFailure);
}
