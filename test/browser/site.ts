import { resolve } from 'node:path';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { type Client, createClient } from '../../src/client/index.ts';
import { SpawnedProcess } from '../helpers/child-process.ts';
import { Stack } from '../helpers/local-stack.ts';
import { launchBrowser } from './chromium.ts';
import { Visitor } from './visitor.ts';

/** Rate limits that no test reaches. */
const unlimitedRates = ['rate=10000', 'burst=10000'];

/** A local stack and a browser, which all tests of the page share. */
export class Site {
  readonly stack: Stack;
  readonly browser: Browser;
  readonly #visitors: Visitor[] = [];
  readonly #clients: Client[] = [];
  readonly #terminals: SpawnedProcess[] = [];

  private constructor(stack: Stack, browser: Browser) {
    this.stack = stack;
    this.browser = browser;
  }

  /** Starts the stack and the browser. */
  static async open(): Promise<Site> {
    const browser = await launchBrowser();
    return new Site(await Stack.start(unlimitedRates), browser);
  }

  /** Starts a stack with further parameters, for the same browser. */
  async withParams(params: readonly string[]): Promise<Site> {
    return new Site(await Stack.start([...unlimitedRates, ...params]), this.browser);
  }

  /** Returns the URL of the page. Its hash names a room, or holds a token. */
  url(hash = ''): string {
    return `http://localhost:${this.stack.ports.http}/${hash && `#${hash}`}`;
  }

  /** Opens a room as a new user with a name. */
  enterRoom(room: string, name: string, options?: BrowserContextOptions): Promise<Visitor> {
    return this.#track(Visitor.enterRoom(this.browser, this.url(room), name, options));
  }

  /** Opens the page as a new user, and nothing more. */
  openPage(hash = '', options?: BrowserContextOptions): Promise<Visitor> {
    return this.#track(Visitor.openPage(this.browser, this.url(hash), options));
  }

  /** Creates a client without a page. Clients with the same key belong to the same user. */
  client(name: string, key?: string): Client {
    const client = createClient({ url: this.stack.url, name, ...(key && { key }) });
    this.#clients.push(client);
    return client;
  }

  /** Starts a wscat that sends a frame once it is connected, and ends after some seconds. */
  wscat(name: string, frame: object, seconds: number): SpawnedProcess {
    const typing = ['-x', JSON.stringify(frame), '-w', `${seconds}`];
    const args = ['-c', `${this.stack.url}?name=${name}`, ...typing];
    const terminal = new SpawnedProcess(resolve('node_modules/.bin/wscat'), args);
    this.#terminals.push(terminal);
    return terminal;
  }

  /** Closes all pages, clients and terminals. Returns the errors of the pages. */
  async closeAll(): Promise<string[]> {
    const visitors = this.#visitors.splice(0);
    await Promise.all([
      ...visitors.map((visitor) => visitor.close()),
      ...this.#clients.splice(0).map((client) => client.close()),
      ...this.#terminals.splice(0).map((terminal) => terminal.stop()),
    ]);
    return visitors.flatMap(({ pageErrors }) => pageErrors);
  }

  /** Closes the browser and removes the stack. */
  async close(): Promise<void> {
    await this.browser.close();
    await this.stack.remove();
  }

  async #track(opening: Promise<Visitor>): Promise<Visitor> {
    const visitor = await opening;
    this.#visitors.push(visitor);
    return visitor;
  }
}

/** Returns the site, which exists once the tests run. */
export type GetSite = () => Site;
