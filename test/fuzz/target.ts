import { type ErrorCode, errors } from '../../schemas/errors.ts';
import { isAction } from '../../schemas/index.ts';
import type { GatewayResult } from '../../src/server/gateway-event.ts';
import { metrics } from '../../src/server/observability/metrics.ts';
import { openTestTable, type TestTable } from '../helpers/database.ts';
import { FakeIssuer } from '../helpers/fakes/fake-issuer.ts';
import { assertValid } from '../helpers/strict-test-server.ts';
import { createGatewayEvent, type Frame, TestServer } from '../helpers/test-server.ts';
import type { HandshakeInput } from './handshakes.ts';

/** How a server authenticates: guests choose a name, or users need a token. */
export type AuthMode = 'none' | 'jwt';

const authModes: readonly AuthMode[] = ['none', 'jwt'];

/** A server, and the connection that sends to it. */
interface Endpoint {
  readonly server: TestServer;
  readonly connectionId: string;
}

/** API Gateway accepts fewer bytes in one message. */
const maxReplyBytes = 128 * 1024;

/** Traces of internal errors. */
const internalsPattern =
  /\n {4}at |node:internal|node_modules|Exception|\b\w*Error:|\.ts:\d|kaiwa-[0-9a-f-]{36}/;

/** Codes of server failures. No frame of a client may cause one. */
const serverFaultCodes: readonly ErrorCode[] = ['internal', 'unavailable'];

/** Two complete servers on one table. Each reply and log line is checked against the contract. */
export class FuzzTarget {
  /** Tokens that the server accepts. */
  readonly tokens: readonly string[];
  readonly #table: TestTable;
  readonly #issuer: FakeIssuer;
  readonly #endpoints: Readonly<Record<AuthMode, Endpoint>>;

  private constructor(
    table: TestTable,
    issuer: FakeIssuer,
    endpoints: Readonly<Record<AuthMode, Endpoint>>,
    tokens: readonly string[],
  ) {
    this.#table = table;
    this.#issuer = issuer;
    this.#endpoints = endpoints;
    this.tokens = tokens;
  }

  static async open(): Promise<FuzzTarget> {
    const table = await openTestTable();
    const issuer = await FakeIssuer.start();
    const tokens = await Promise.all(
      ['aki', 'ben'].map((sub) => issuer.token({ sub, name: 'Aki' })),
    );
    const endpoints = {
      none: await openEndpoint(new TestServer(table)),
      jwt: await openEndpoint(
        new TestServer(table, { authenticator: issuer.createAuthenticator() }),
        { token: tokens[0] ?? '' },
      ),
    };
    const target = new FuzzTarget(table, issuer, endpoints, tokens);
    for (const auth of authModes) await target.#seedRooms(auth);
    return target;
  }

  async #seedRooms(auth: AuthMode): Promise<void> {
    await this.sendFrame(auth, '{"action":"joinroom","room":"tea"}');
    for (const room of ['lobby', 'tea']) {
      const frame = { action: 'sendmessage', room, message: 'hello' };
      await this.sendFrame(auth, JSON.stringify(frame));
    }
  }

  /** Sends a frame. Throws if the reply or its log line breaks a rule. */
  async sendFrame(auth: AuthMode, body: string): Promise<void> {
    const { server, connectionId } = this.#endpoints[auth];
    const event = createGatewayEvent('MESSAGE', toRouteKey(body), connectionId);
    const reply = await server.invoke({ ...event, body });
    server.pushed.clear();
    checkReply(reply);
    checkLogLines(server, 1);
  }

  /** Connects and disconnects. Throws if the result or a log line breaks a rule. */
  async connect(auth: AuthMode, { headers, query }: HandshakeInput): Promise<void> {
    const { server } = this.#endpoints[auth];
    const event = createGatewayEvent('CONNECT', '$connect', 'fuzz=');
    const reply = await server.invoke({ ...event, headers, queryStringParameters: query });
    if (![200, 400, 401, 403].includes(reply.statusCode) || reply.body !== undefined) {
      throw new Error(`A connect got ${JSON.stringify(reply)}.`);
    }
    await server.disconnect('fuzz=');
    checkLogLines(server, 2);
  }

  async close(): Promise<void> {
    await this.#issuer.close();
    await this.#table.close();
  }
}

async function openEndpoint(
  server: TestServer,
  query: Record<string, string> = {},
): Promise<Endpoint> {
  const connectionId = await server.connect(query);
  server.logLines.length = 0;
  return { server, connectionId };
}

/** Returns the route that API Gateway selects for a frame. */
function toRouteKey(body: string): string {
  try {
    const frame: unknown = JSON.parse(body);
    if (typeof frame !== 'object' || frame === null || !('action' in frame)) return '$default';
    return typeof frame.action === 'string' ? frame.action : '$default';
  } catch {
    return '$default';
  }
}

/** Fields that a log line may have. None of them contains text of a client. */
const allowedLogFields =
  /^(level|requestId|route|connectionId|durationMs|outcome|FunctionName|Code|Errors|_aws)$/;

/** Checks that each invocation wrote one line, which the client can neither lengthen nor fill. */
function checkLogLines({ logLines }: TestServer, expectedCount: number): void {
  if (logLines.length !== expectedCount)
    throw new Error(`The server wrote ${logLines.length} log lines instead of ${expectedCount}.`);
  for (const line of logLines) {
    const unexpected = Object.keys(line).filter(
      (name) => !allowedLogFields.test(name) && !(name in metrics),
    );
    const { level, route } = line;
    const isRoute = isAction(route) || ['$default', '$connect', '$disconnect'].includes(route);
    const isShort = JSON.stringify(line).length <= 1_000;
    if (level !== 'info' || unexpected.length > 0 || !isRoute || !isShort)
      throw new Error(`A log line breaks the rules: ${JSON.stringify(line)}`);
  }
  logLines.length = 0;
}

function checkReply({ statusCode, body = '' }: GatewayResult): void {
  if (statusCode !== 200) throw new Error(`A frame got status ${statusCode} instead of 200.`);
  if (Buffer.byteLength(body) >= maxReplyBytes)
    throw new Error(`A reply has ${maxReplyBytes} bytes or more.`);
  const frame = assertValid(JSON.parse(body));
  if (frame['type'] === 'error') checkErrorFrame(frame);
}

function checkErrorFrame({ code, message, details = [] }: Frame): void {
  if (serverFaultCodes.includes(code)) throw new Error(`A frame got the error ${code}.`);
  if (message !== errors[code as ErrorCode].description)
    throw new Error(`An error has the unknown message "${message}".`);
  const detailText = details.map((detail: Frame) => detail['message']).join();
  if (internalsPattern.test(detailText)) throw new Error(`An error leaks internals: ${detailText}`);
}
