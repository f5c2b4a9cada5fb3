import type { Authentication } from './authenticator.ts';

/** Authenticates by what is loaded when somebody is there to be authenticated. */
export function lazily(load: () => Promise<Authentication>): Authentication {
  let loading: Promise<Authentication> | undefined;
  const loaded = () => {
    loading ??= load();
    return loading;
  };
  return {
    identify: async (shown) => (await loaded()).identify(shown),
    verify: async (token) => (await loaded()).verify(token),
  };
}
