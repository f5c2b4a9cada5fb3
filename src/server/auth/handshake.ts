import type { GatewayEvent } from '../gateway-event.ts';
import type { Credentials } from './authenticator.ts';

/** The handshake of a client. */
export interface Handshake extends Credentials {
  /** The subprotocols that the client offers. */
  readonly subprotocols: readonly string[];
  /** The origin of the page that connects. Only browsers send it. */
  readonly origin: string | undefined;
  /** The name that the client asks for. */
  readonly name: string | undefined;
}

/**
 * Parses a handshake. A key or token in a subprotocol takes precedence over the query. A token in the
 * header `Authorization` takes precedence over both. A link from a stranger can set the query alone.
 * Empty values count as missing.
 */
export function parseHandshake(event: GatewayEvent): Handshake {
  const { name, key, token } = event.queryStringParameters ?? {};
  const subprotocols = headerValues(event, 'sec-websocket-protocol')
    .flatMap((value) => value.split(','))
    .map((protocol) => protocol.trim())
    .filter((protocol) => protocol !== '');
  const protocolSuffix = (prefix: string) =>
    subprotocols.find((protocol) => protocol.startsWith(prefix))?.slice(prefix.length);
  const bearerTokens = headerValues(event, 'authorization').map(
    (value) => /^bearer +(.*)$/i.exec(value)?.[1],
  );
  return {
    subprotocols,
    origin: headerValues(event, 'origin')[0],
    name: name?.toWellFormed() || undefined,
    key: protocolSuffix('kaiwa.key.') || key || undefined,
    token: bearerTokens.find(Boolean) || protocolSuffix('kaiwa.token.') || token || undefined,
  };
}

/** Returns the values of a header. The case of header names varies. */
function headerValues({ headers }: GatewayEvent, wanted: string): string[] {
  return Object.entries(headers ?? {}).flatMap(([name, value]) =>
    name.toLowerCase() === wanted && value !== undefined ? [value] : [],
  );
}
