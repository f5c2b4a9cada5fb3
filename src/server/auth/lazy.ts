import type { Authenticator } from './authenticator.ts';

/** Authenticates by what is loaded when somebody is there to be authenticated. */
export function lazyAuthenticator(load: () => Promise<Authenticator>): Authenticator {
  let loading: Promise<Authenticator> | undefined;
  const authenticator = () => {
    loading ??= load();
    return loading;
  };
  return {
    authenticate: async (shown) => (await authenticator()).authenticate(shown),
    verifyToken: async (token) => (await authenticator()).verifyToken(token),
  };
}
