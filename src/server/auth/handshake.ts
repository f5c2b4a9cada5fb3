import type { GatewayEvent } from '../gateway-event.ts';
import type { Credentials } from './authenticator.ts';

/** What a client says at the handshake. */
export interface Handshake extends Credentials {
  /** The subprotocols that it offers. */
  readonly subprotocols: readonly string[];
  /** Where the page is from that opens the connection; only browsers say so. */
  readonly origin: string | undefined;
  /** The name it would like to be shown by. */
  readonly name: string | undefined;
}

/**
 * Reads a handshake. A key or a token that is offered as a subprotocol counts instead of the query's,
 * and a token in the header `Authorization` instead of both: a link that somebody was given can fill
 * in the query alone. An empty one is none.
 */
export function parseHandshake(event: GatewayEvent): Handshake {
  const { name, key, token } = event.queryStringParameters ?? {};
  const subprotocols = headerValues(event, 'sec-websocket-protocol')
    .flatMap((value) => value.split(','))
    .map((protocol) => protocol.trim())
    .filter((protocol) => protocol !== '');
  const protocolSuffix = (prefix: string) =>
    subprotocols.find((protocol) => protocol.startsWith(prefix))?.slice(prefix.length);
  const bearers = headerValues(event, 'authorization').map(
    (value) => /^bearer +(.*)$/i.exec(value)?.[1],
  );
  return {
    subprotocols,
    origin: headerValues(event, 'origin')[0],
    name: name?.toWellFormed() || undefined,
    key: protocolSuffix('kaiwa.key.') || key || undefined,
    token: bearers.find(Boolean) || protocolSuffix('kaiwa.token.') || token || undefined,
  };
}

/** The values of a header. Header names vary in case. */
function headerValues({ headers: headerValues }: GatewayEvent, wanted: string): string[] {
  return Object.entries(headerValues ?? {}).flatMap(([name, value]) =>
    name.toLowerCase() === wanted && value !== undefined ? [value] : [],
  );
}
