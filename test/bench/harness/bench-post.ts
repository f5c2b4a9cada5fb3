import type { Event } from '../../../schemas/index.ts';
import { createAwsClient } from '../../../src/server/aws/client.ts';
import {
  createPostToConnection,
  type PostToConnection,
} from '../../../src/server/delivery/post-to-connection.ts';

/** A message of average length. */
export const sampleMessage: Event = {
  type: 'message',
  room: 'tea',
  seq: 4711,
  id: 'vt2_dc3Z-NQqxpBp',
  from: { userId: 'BufeKqVXa66luxBAVW7TuA', name: 'Aki' },
  message: 'Shall we have tea at four? I bring the cake.',
  sentAt: '2026-11-22T09:30:00.000Z',
};

/** Throws the cause of a failed delivery, which makes a measurement invalid. */
export function throwFailure(_connectionId: string, cause: unknown): never {
  throw cause;
}

/** Creates the client of the deployed function, with the credentials of the environment. It throws if a delivery fails. */
export function createBenchPost(endpoint: string): PostToConnection {
  const readEnv = (name: string) => String(process.env[name]);
  const send = createAwsClient({
    service: 'execute-api',
    region: readEnv('AWS_REGION'),
    credentials: {
      accessKeyId: readEnv('AWS_ACCESS_KEY_ID'),
      secretAccessKey: readEnv('AWS_SECRET_ACCESS_KEY'),
      sessionToken: readEnv('AWS_SESSION_TOKEN'),
    },
    endpoint,
    now: Date.now,
  });
  return createPostToConnection(send, 3_000, throwFailure);
}
