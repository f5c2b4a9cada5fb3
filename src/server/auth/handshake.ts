import type { GatewayEvent } from '../gateway-event.ts';
import type { Shown } from './authenticator.ts';

/** What a client says at the handshake. */
export interface Handshake extends Shown {
  /** The subprotocols that it offers. */
  readonly offered: readonly string[];
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
export function handshakeOf(event: GatewayEvent): Handshake {
  const { name, key, token } = event.queryStringParameters ?? {};
  const offered = headers(event, 'sec-websocket-protocol')
    .flatMap((value) => value.split(','))
    .map((protocol) => protocol.trim())
    .filter((protocol) => protocol !== '');
  const behind = (prefix: string) =>
    offered.find((protocol) => protocol.startsWith(prefix))?.slice(prefix.length);
  const bearers = headers(event, 'authorization').map(
    (value) => /^bearer +(.*)$/i.exec(value)?.[1],
  );
  return {
    offered,
    origin: headers(event, 'origin')[0],
    name: name?.toWellFormed() || undefined,
    key: behind('kaiwa.key.') || key || undefined,
    token: bearers.find(Boolean) || behind('kaiwa.token.') || token || undefined,
  };
}

/** The values of a header. Header names vary in case. */
function headers({ headers }: GatewayEvent, wanted: string): string[] {
  return Object.entries(headers ?? {}).flatMap(([name, value]) =>
    name.toLowerCase() === wanted && value !== undefined ? [value] : [],
  );
}
