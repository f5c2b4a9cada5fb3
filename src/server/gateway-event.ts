import type { Request } from '../../schemas/index.ts';
import type { Connection } from './store/connections.ts';

/**
 * The part of an API Gateway event that Kaiwa reads, and what the middleware adds to it. Every
 * field from the gateway but `requestContext` is untrusted.
 */
export interface GatewayEvent {
  readonly requestContext: {
    readonly routeKey: string;
    /** Absent from an HTTP request. */
    readonly eventType?: 'CONNECT' | 'MESSAGE' | 'DISCONNECT';
    readonly connectionId: string;
    /** Milliseconds since 1970. */
    readonly connectedAt: number;
    readonly requestId: string;
    readonly identity: { readonly sourceIp: string; readonly userAgent?: string | null };
  };
  readonly headers?: Readonly<Record<string, string | undefined>> | null;
  readonly queryStringParameters?: Readonly<Record<string, string | undefined>> | null;
  readonly isBase64Encoded?: boolean;
  /** A text from the gateway. `parseBody` replaces it by the JSON object in it. */
  body?: unknown;
  /** The valid request. `validate` sets it. */
  request?: Request;
  /** The connection of the request. `authorize` sets it, except for actions that anyone may call. */
  connection?: Connection;
}

/** The Lambda's result: the gateway sends its body as the route response, or to a browser. */
export interface GatewayResult {
  statusCode: number;
  headers?: Record<string, string>;
  body?: string;
  isBase64Encoded?: boolean;
}
