import { type ErrorCode, errors } from '../../schemas/errors.ts';
import { isAction } from '../../schemas/index.ts';
import type { GatewayResult } from '../../src/server/gateway-event.ts';
import { metrics } from '../../src/server/observability/metrics.ts';
import { openTestTable, type TestTable } from '../helpers/database.ts';
import { FakeIssuer } from '../helpers/fakes/fake-issuer.ts';
import { assertValid } from '../helpers/strict-test-server.ts';
import { createGatewayEvent, type Frame, TestServer } from '../helpers/test-server.ts';
import type { HandshakeInput } from './handshakes.ts';

/** API Gateway takes no more in one message. */
const maxReplyBytes = 128 * 1024;

/** What errors inside are known by. */
const internalsPattern =
  /\n {4}at |node:internal|node_modules|Exception|\b\w*Error:|\.ts:\d|kaiwa-[0-9a-f-]{36}/;

/** Codes that tell of a failure of ours, none of which anybody may cause by what they say. */
const serverFaultCodes: readonly ErrorCode[] = ['internal', 'unavailable'];

/** A whole Lambda that hostile input is thrown at; what it answers is held to the contract. */
export class FuzzTarget {
  /** Tokens that it takes. */
  readonly tokens: readonly string[];
  readonly #table: TestTable;
  readonly #issuer: FakeIssuer;
  readonly #guestServer: TestServer;
  readonly #tokenServer: TestServer;
  readonly #ids: readonly string[];

  private constructor(
    table: TestTable,
    issuer: FakeIssuer,
    servers: readonly [TestServer, TestServer],
    tokens: readonly string[],
    ids: readonly string[],
  ) {
    [this.#table, this.#issuer, this.#ids, this.tokens] = [table, issuer, ids, tokens];
    [this.#guestServer, this.#tokenServer] = servers;
  }

  static async open(): Promise<FuzzTarget> {
    const [table, issuer] = [await openTestTable(), await FakeIssuer.start()];
    const authenticator = issuer.createAuthenticator();
    const [guestServer, tokenServer] = [
      new TestServer(table),
      new TestServer(table, { authenticator }),
    ];
    const tokens = await Promise.all(
      ['aki', 'ben'].map((sub) => issuer.token({ sub, name: 'Aki' })),
    );
    const ids = [
      await guestServer.connect(),
      await tokenServer.connect({ token: tokens[0] ?? '' }),
    ];
    for (const server of [guestServer, tokenServer]) server.logLines.length = 0;
    const target = new FuzzTarget(table, issuer, [guestServer, tokenServer], tokens, ids);
    for (const at of [0, 1] as const) {
      await target.sendFrame(at, '{"action":"joinroom","room":"tea"}');
      for (const room of ['lobby', 'tea'])
        await target.sendFrame(
          at,
          JSON.stringify({ action: 'sendmessage', room, message: 'hello' }),
        );
    }
    return target;
  }

  /** Sends a frame where names are free (0) or tokens are asked for (1). Throws where the answer breaks a rule. */
  async sendFrame(at: 0 | 1, body: string): Promise<void> {
    const server = at === 0 ? this.#guestServer : this.#tokenServer;
    const event = createGatewayEvent('MESSAGE', toRouteKey(body), this.#ids[at] ?? '');
    const reply = await server.invoke({ ...event, body });
    server.pushed.clear();
    checkReply(reply);
    checkLines(server, 1);
  }

  /** Connects there. */
  async connect(at: 0 | 1, { headers, query }: HandshakeInput): Promise<void> {
    const server = at === 0 ? this.#guestServer : this.#tokenServer;
    const event = createGatewayEvent('CONNECT', '$connect', 'hostile=');
    const reply = await server.invoke({ ...event, headers, queryStringParameters: query });
    if (![200, 400, 401, 403].includes(reply.statusCode) || reply.body !== undefined) {
      throw new Error(`a connect was answered by ${JSON.stringify(reply)}`);
    }
    await server.disconnect('hostile=');
    checkLines(server, 2);
  }

  async close(): Promise<void> {
    await this.#issuer.close();
    await this.#table.close();
  }
}

/** The route that the gateway chooses. */
function toRouteKey(body: string): string {
  try {
    const { action } = Object(JSON.parse(body));
    return typeof action === 'string' ? action : '$default';
  } catch {
    return '$default';
  }
}

/** What a line of the log may have, none of which is of anybody's own words. */
const allowedLogFields =
  /^(level|requestId|route|connectionId|durationMs|outcome|FunctionName|Code|Errors|_aws)$/;

/** Each invocation writes one line, which whoever asks can neither make long nor put their words into. */
function checkLines({ logLines }: TestServer, count: number): void {
  if (logLines.length !== count)
    throw new Error(`${logLines.length} lines were logged, not ${count}`);
  for (const line of logLines) {
    const unexpected = Object.keys(line).filter(
      (name) => !allowedLogFields.test(name) && !(name in metrics),
    );
    const { level, route } = line;
    const isRoute = isAction(route) || ['$default', '$connect', '$disconnect'].includes(route);
    if (
      level !== 'info' ||
      unexpected.length > 0 ||
      !isRoute ||
      JSON.stringify(line).length > 1_000
    ) {
      throw new Error(`a line was logged: ${JSON.stringify(line)}`);
    }
  }
  logLines.length = 0;
}

function checkReply({ statusCode, body = '' }: GatewayResult): void {
  if (statusCode !== 200) throw new Error(`a frame was answered by status ${statusCode}`);
  if (Buffer.byteLength(body) >= maxReplyBytes) throw new Error('a reply is too long');
  const frame = assertValid(JSON.parse(body));
  if (frame['type'] !== 'error') return;
  const { code, message, details = [] }: Frame = frame;
  if (serverFaultCodes.includes(code)) throw new Error(`a frame was answered by ${code}`);
  if (message !== errors[code as ErrorCode].description)
    throw new Error(`an error says ${message}`);
  const detailText = details.map((detail: Frame) => detail['message']).join();
  if (internalsPattern.test(detailText))
    throw new Error(`an error tells of what is inside: ${detailText}`);
}
