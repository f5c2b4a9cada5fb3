import { type ErrorCode, errors } from '../../schemas/errors.ts';
import { isAction } from '../../schemas/index.ts';
import type { GatewayResult } from '../../src/server/gateway-event.ts';
import { metrics } from '../../src/server/observability/metrics.ts';
import { openTable, type TestTable } from '../helpers/database.ts';
import { Issuer } from '../helpers/fakes/fake-issuer.ts';
import { valid } from '../helpers/strict-test-server.ts';
import { type Frame, gatewayEvent, World } from '../helpers/test-server.ts';
import type { Shown } from './handshakes.ts';

/** API Gateway takes no more in one message. */
const maxReplyBytes = 128 * 1024;

/** What errors inside are known by. */
const inner =
  /\n {4}at |node:internal|node_modules|Exception|\b\w*Error:|\.ts:\d|kaiwa-[0-9a-f-]{36}/;

/** Codes that tell of a failure of ours, none of which anybody may cause by what they say. */
const ours: readonly ErrorCode[] = ['internal', 'unavailable'];

/** A whole Lambda that hostile input is thrown at; what it answers is held to the contract. */
export class Target {
  /** Tokens that it takes. */
  readonly tokens: readonly string[];
  readonly #table: TestTable;
  readonly #issuer: Issuer;
  readonly #free: World;
  readonly #checked: World;
  readonly #ids: readonly string[];

  private constructor(
    table: TestTable,
    issuer: Issuer,
    worlds: readonly [World, World],
    tokens: readonly string[],
    ids: readonly string[],
  ) {
    [this.#table, this.#issuer, this.#ids, this.tokens] = [table, issuer, ids, tokens];
    [this.#free, this.#checked] = worlds;
  }

  static async open(): Promise<Target> {
    const [table, issuer] = [await openTable(), await Issuer.start()];
    const authenticator = issuer.authenticator();
    const [free, checked] = [new World(table), new World(table, { authenticator })];
    const tokens = await Promise.all(
      ['aki', 'ben'].map((sub) => issuer.token({ sub, name: 'Aki' })),
    );
    const ids = [await free.connect(), await checked.connect({ token: tokens[0] ?? '' })];
    for (const world of [free, checked]) world.lines.length = 0;
    const target = new Target(table, issuer, [free, checked], tokens, ids);
    for (const at of [0, 1] as const) {
      await target.say(at, '{"action":"joinroom","room":"tea"}');
      for (const room of ['lobby', 'tea'])
        await target.say(at, JSON.stringify({ action: 'sendmessage', room, message: 'hello' }));
    }
    return target;
  }

  /** Sends a frame where names are free (0) or tokens are asked for (1). Throws where the answer breaks a rule. */
  async say(at: 0 | 1, body: string): Promise<void> {
    const world = at === 0 ? this.#free : this.#checked;
    const event = gatewayEvent('MESSAGE', routeKeyOf(body), this.#ids[at] ?? '');
    const reply = await world.invoke({ ...event, body });
    world.pushed.clear();
    check(reply);
    checkLines(world, 1);
  }

  /** Connects there. */
  async connect(at: 0 | 1, { headers, query }: Shown): Promise<void> {
    const world = at === 0 ? this.#free : this.#checked;
    const event = gatewayEvent('CONNECT', '$connect', 'hostile=');
    const reply = await world.invoke({ ...event, headers, queryStringParameters: query });
    if (![200, 400, 401, 403].includes(reply.statusCode) || reply.body !== undefined) {
      throw new Error(`a connect was answered by ${JSON.stringify(reply)}`);
    }
    await world.disconnect('hostile=');
    checkLines(world, 2);
  }

  async close(): Promise<void> {
    await this.#issuer.close();
    await this.#table.close();
  }
}

/** The route that the gateway chooses. */
function routeKeyOf(body: string): string {
  try {
    const { action } = Object(JSON.parse(body));
    return typeof action === 'string' ? action : '$default';
  } catch {
    return '$default';
  }
}

/** What a line of the log may have, none of which is of anybody's own words. */
const fields =
  /^(level|requestId|route|connectionId|durationMs|outcome|FunctionName|Code|Errors|_aws)$/;

/** Each invocation writes one line, which whoever asks can neither make long nor put their words into. */
function checkLines({ lines }: World, count: number): void {
  if (lines.length !== count) throw new Error(`${lines.length} lines were logged, not ${count}`);
  for (const line of lines) {
    const odd = Object.keys(line).filter((name) => !fields.test(name) && !(name in metrics));
    const { level, route } = line;
    const isRoute = isAction(route) || ['$default', '$connect', '$disconnect'].includes(route);
    if (level !== 'info' || odd.length > 0 || !isRoute || JSON.stringify(line).length > 1_000) {
      throw new Error(`a line was logged: ${JSON.stringify(line)}`);
    }
  }
  lines.length = 0;
}

function check({ statusCode, body = '' }: GatewayResult): void {
  if (statusCode !== 200) throw new Error(`a frame was answered by status ${statusCode}`);
  if (Buffer.byteLength(body) >= maxReplyBytes) throw new Error('a reply is too long');
  const frame = valid(JSON.parse(body));
  if (frame['type'] !== 'error') return;
  const { code, message, details = [] }: Frame = frame;
  if (ours.includes(code)) throw new Error(`a frame was answered by ${code}`);
  if (message !== errors[code as ErrorCode].when) throw new Error(`an error says ${message}`);
  const told = details.map((detail: Frame) => detail['message']).join();
  if (inner.test(told)) throw new Error(`an error tells of what is inside: ${told}`);
}
