import {
  createLocalTable,
  type Database,
  localCredentials,
  type TableProperties,
} from './dynalite.ts';
import { startDynaliteWorker } from './dynalite-worker.ts';
import { pageFile, watchPage } from './page-watcher.ts';
import { findBusyPort } from './ports.ts';
import { patchSubprotocol } from './subprotocol.ts';

/** What this plugin reads and sets of a Serverless service. */
interface Serverless {
  readonly service: {
    readonly provider: { environment: Record<string, unknown> };
    readonly resources: { Resources: { Table: { Properties: TableProperties } } };
    readonly custom: {
      readonly esbuild: { watch?: object };
      'serverless-offline': Record<'httpPort' | 'websocketPort' | 'lambdaPort', number>;
    };
  };
}

const host = 'localhost';
const tableName = 'kaiwa-local';

/** Beside the project, not in git: what was said survives a restart. */
const dataFolder = '.kaiwa';

/**
 * Makes `sls offline` a whole stack: an embedded DynamoDB is started and stopped with it, holding
 * the very table that is deployed, and the function is pointed at both ends on this machine.
 */
export default class LocalPlugin {
  readonly hooks = {
    initialize: () => this.#ignoreWebSources(),
    'before:offline:start': () => this.#start(),
    'before:offline:start:init': () => this.#start(),
    'after:offline:start:init': () => this.#printUsage(),
    'before:offline:start:end': () => this.#stop(),
  };
  readonly #serverless: Serverless;
  #database?: Database;
  #stopWatching = () => {};

  constructor(serverless: Serverless) {
    this.#serverless = serverless;
  }

  get #ports() {
    return this.#serverless.service.custom['serverless-offline'];
  }

  /** The page is built apart from the function, which a mistake in it must not stop. */
  #ignoreWebSources(): void {
    const ignore = ['.esbuild', '.build', 'dist', 'node_modules', 'src/web'];
    this.#serverless.service.custom.esbuild.watch = { ignore };
  }

  async #start(): Promise<void> {
    const { provider, resources } = this.#serverless.service;
    const { httpPort, websocketPort, lambdaPort } = this.#ports;
    const busyPort = await findBusyPort(host, [
      { port: httpPort, variable: 'HTTP_PORT' },
      { port: websocketPort, variable: 'WEBSOCKET_PORT' },
      { port: lambdaPort, variable: 'LAMBDA_PORT' },
    ]);
    if (busyPort) {
      console.error(`Port ${busyPort.port} is taken. Set ${busyPort.variable} to a free one.`);
      process.exit(1);
    }
    this.#database = await startDynaliteWorker(dataFolder, () => {
      console.error(`The data in ${dataFolder} failed: another local stack may be using it.`);
      process.exit(1);
    });
    await createLocalTable(
      this.#database.endpoint,
      tableName,
      resources.Resources.Table.Properties,
    );
    patchSubprotocol();
    this.#stopWatching = watchPage();
    provider.environment = {
      ...provider.environment,
      TABLE_NAME: tableName,
      WEBSOCKET_URL: `ws://${host}:${websocketPort}`,
      PAGE_FILE: pageFile,
      CONNECTIONS_ENDPOINT: `http://${host}:${websocketPort}`,
      LAMBDA_ENDPOINT: `http://${host}:${lambdaPort}`,
      // Gateway, function and clients share a machine here: hundreds at once wait for each other.
      DEPENDENCY_TIMEOUT_MS: 20_000,
      DYNAMODB_ENDPOINT: this.#database.endpoint,
      AWS_ACCESS_KEY_ID: localCredentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: localCredentials.secretAccessKey,
      AWS_SESSION_TOKEN: '',
    };
  }

  #printUsage(): void {
    const { httpPort, websocketPort } = this.#ports;
    const connect = (name: string) => `npx wscat -c 'ws://${host}:${websocketPort}?name=${name}'`;
    console.log(`
Kaiwa is ready on ws://${host}:${websocketPort} and http://${host}:${httpPort}

Open http://${host}:${httpPort} and chat. Or, in two other terminals, type
  ${connect('Aki')}
  ${connect('Ben')}
and in one of them
  {"action":"sendmessage","message":"hello"}

Its table is ${tableName}, for the operator's commands, by this environment:
  export AWS_ENDPOINT_URL_DYNAMODB=${this.#database?.endpoint} AWS_REGION=local AWS_ACCESS_KEY_ID=${localCredentials.accessKeyId} AWS_SECRET_ACCESS_KEY=${localCredentials.secretAccessKey}
`);
  }

  async #stop(): Promise<void> {
    this.#stopWatching();
    await this.#database?.close();
  }
}
