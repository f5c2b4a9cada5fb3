import { createHmac, randomBytes } from 'node:crypto';
import { ChatError } from '../errors.ts';
import type { Authenticator } from './authenticator.ts';

/**
 * Names are free, and a person is whoever holds a key. The pepper is a secret of the stage: without
 * it, who sees a `userId` cannot even try out which keys would give it.
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
