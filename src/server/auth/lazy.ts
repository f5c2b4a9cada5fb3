import type { Authenticator } from './authenticator.ts';

/** Creates an authenticator that is loaded on first use. */
export function lazyAuthenticator(load: () => Promise<Authenticator>): Authenticator {
  let loading: Promise<Authenticator> | undefined;
  const authenticator = () => {
    loading ??= load();
    return loading;
  };
  return {
    authenticate: async (credentials) => (await authenticator()).authenticate(credentials),
    verifyToken: async (token) => (await authenticator()).verifyToken(token),
  };
}
