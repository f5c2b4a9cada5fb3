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

/** The part of a Serverless service that this plugin reads and sets. */
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

/** The folder of the local data, which git ignores. Messages survive a restart. */
const dataFolder = '.kaiwa';

/**
 * Makes `sls offline` a complete stack. The plugin runs an embedded DynamoDB with the table of the
 * template, and points the function at the local endpoints.
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

  /** The page has its own watcher, so that a mistake in the page does not stop the function. */
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
      console.error(`Port ${busyPort.port} is in use. Set ${busyPort.variable} to a free port.`);
      process.exit(1);
    }
    this.#database = await startDynaliteWorker(dataFolder, () => {
      console.error(
        `Cannot use the data in ${dataFolder}. Stop other local stacks, or delete the folder.`,
      );
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
      // The gateway, the function and all clients share one machine, so calls take longer than on AWS.
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

To run the operator's commands on the table ${tableName}, set this environment:
  export AWS_ENDPOINT_URL_DYNAMODB=${this.#database?.endpoint} AWS_REGION=local AWS_ACCESS_KEY_ID=${localCredentials.accessKeyId} AWS_SECRET_ACCESS_KEY=${localCredentials.secretAccessKey}
`);
  }

  async #stop(): Promise<void> {
    this.#stopWatching();
    await this.#database?.close();
  }
}
