import type { Request } from '../../schemas/index.ts';
import type { Connection } from './store/connections.ts';

/**
 * What API Gateway hands to the Lambda, as far as Kaiwa reads it, and what the
 * middleware adds on the way to the route. Nothing in it but `requestContext` can be trusted.
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
  /** A string from the gateway; `parse` replaces it by the JSON object that it held. */
  body?: unknown;
  /** Set by `validate`: the body, now known to keep its action's schema. */
  request?: Request;
  /** Set by `authorise`: whose connection it is, for actions that ask for more than `anyone`. */
  connection?: Connection;
}

/** What the Lambda gives back: the body goes out as the route response, or to a browser. */
export interface GatewayResult {
  statusCode: number;
  headers?: Record<string, string>;
  body?: string;
  isBase64Encoded?: boolean;
}
