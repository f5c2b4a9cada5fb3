import type { GatewayEvent, GatewayResult } from '../../../src/server/gateway-event.ts';
import type { Times } from '../harness/sample.ts';
import { createConnectionId } from './database.ts';

/** Messages that a connection sends to a room, one after another. */
export interface SendLoad {
  /** Number of messages. */
  readonly units: number;
  /** @default the default room */
  readonly room?: string;
  /** Whether each message has an `id`. @default false */
  readonly hasIds?: boolean;
}

type Handler = (event: unknown, context: object) => Promise<GatewayResult>;

/** A warm function of one artifact. All frames come from the first connection of the table. */
export default async function warmFunction({ artifact }: { artifact: string }) {
  const { handler }: { handler: Handler } = await import(artifact);
  let sentCount = 0;

  async function sendRepeatedly(units: number, createFrame: () => object): Promise<Times> {
    const startedAt = now();
    for (let unit = 0; unit < units; unit += 1) {
      sentCount += 1;
      const { statusCode, body } = await handler(createEvent(createFrame()), context);
      // A rejected request is cheap. It must not count as a fast one.
      if (statusCode !== 200 || body?.includes('"type":"error"'))
        throw new Error(`The function rejected a request: ${body}`);
    }
    return { startedAt, endedAt: now() };
  }

  return {
    /** Sends messages. */
    run: ({ units, room, hasIds = false }: SendLoad) =>
      sendRepeatedly(units, () => ({
        action: 'sendmessage',
        ...(room !== undefined && { room }),
        ...(hasIds && { id: `${process.pid}-${sentCount}` }),
        message: 'Shall we have tea at four? I bring the cake.',
      })),
    /** Sends the cheapest requests. */
    ping: ({ units }: SendLoad) =>
      sendRepeatedly(units, () => ({ action: 'ping', id: `${sentCount}` })),
    /** Passes any event to the function. */
    invoke: (event: unknown) => handler(event, context),
  };
}

const now = () => performance.timeOrigin + performance.now();

const context = {
  awsRequestId: '3c2c1f9e-7a0e-4c39-9f0b-6f1f0c7d1f57',
  getRemainingTimeInMillis: () => 28_000,
};

function createEvent(frame: object): GatewayEvent {
  return {
    requestContext: {
      routeKey: 'action' in frame ? String(frame.action) : '$default',
      eventType: 'MESSAGE',
      connectionId: createConnectionId(0),
      connectedAt: Date.now(),
      requestId: 'bench',
      identity: { sourceIp: '192.0.2.1', userAgent: 'bench' },
    },
    isBase64Encoded: false,
    body: JSON.stringify(frame),
  };
}
