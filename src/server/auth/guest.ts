import { createHmac, randomBytes } from 'node:crypto';
import { ChatError } from '../errors.ts';
import type { Authenticator } from './authenticator.ts';

/**
 * Creates the authenticator of a stage without tokens. Names are free, and a user is the holder of a key.
 * Without the stage's secret pepper, a `userId` cannot be used to test guesses of its key.
 */
export function createGuestAuthenticator(pepper: () => Promise<string>): Authenticator {
  return {
    authenticate: async ({ key }) => ({
      userId:
        key === undefined
          ? randomBytes(16).toString('base64url')
          : createHmac('sha256', await pepper())
              .update(key)
              .digest('base64url')
              .slice(0, 22),
    }),
    verifyToken: () => Promise.reject(new ChatError('forbidden')),
  };
}
