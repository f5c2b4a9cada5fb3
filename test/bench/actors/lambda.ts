import type { GatewayEvent, GatewayResult } from '../../../src/server/gateway-event.ts';
import type { Times } from '../harness/sample.ts';
import { createConnectionId } from './engine.ts';

/** Messages to send to a room, one after another. */
export interface SendLoad {
  readonly units: number;
  /** The room; default the default one. */
  readonly room?: string;
  /** Whether each has an `id`, as a careful client's has; default no. */
  readonly ids?: boolean;
}

type Handler = (event: unknown, context: object) => Promise<GatewayResult>;

/** A warm Lambda of one artifact, which the first connection of a filled table sends its frames to. */
export default async function lambda({ artifact }: { artifact: string }) {
  const { handler }: { handler: Handler } = await import(artifact);
  let sent = 0;

  async function repeat(units: number, next: () => object): Promise<Times> {
    const startedAt = now();
    for (let unit = 0; unit < units; unit += 1) {
      sent += 1;
      const { statusCode, body } = await handler(message(next()), context);
      // A request that is refused costs little: it must not pass for a fast one.
      if (statusCode !== 200 || body?.includes('"type":"error"'))
        throw new Error(`refused: ${body}`);
    }
    return { startedAt, endedAt: now() };
  }

  return {
    /** Sends messages. */
    run: ({ units, room, ids = false }: SendLoad) =>
      repeat(units, () => ({
        action: 'sendmessage',
        ...(room !== undefined && { room }),
        ...(ids && { id: `${process.pid}-${sent}` }),
        message: 'Shall we have tea at four? I bring the cake.',
      })),
    /** Sends the least that there is. */
    ping: ({ units }: SendLoad) => repeat(units, () => ({ action: 'ping', id: `${sent}` })),
    /** Hands it any event. */
    invoke: (event: unknown) => handler(event, context),
  };
}

const now = () => performance.timeOrigin + performance.now();

const context = {
  awsRequestId: '3c2c1f9e-7a0e-4c39-9f0b-6f1f0c7d1f57',
  getRemainingTimeInMillis: () => 28_000,
};

function message(body: object): GatewayEvent {
  return {
    requestContext: {
      routeKey: 'action' in body ? String(body.action) : '$default',
      eventType: 'MESSAGE',
      connectionId: createConnectionId(0),
      connectedAt: Date.now(),
      requestId: 'bench',
      identity: { sourceIp: '192.0.2.1', userAgent: 'bench' },
    },
    isBase64Encoded: false,
    body: JSON.stringify(body),
  };
}
