import { resolve } from 'node:path';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { type Client, createClient } from '../../src/client/index.ts';
import { SpawnedProcess } from '../helpers/child-process.ts';
import { Stack } from '../helpers/local-stack.ts';
import { launchBrowser } from './chromium.ts';
import { Visitor } from './visitor.ts';

/** Nobody is told to slow down. */
const unlimitedRates = ['rate=10000', 'burst=10000'];

/** The real local stack and a real browser, which all tests of the page share. */
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

  /** Starts both. */
  static async open(): Promise<Site> {
    const browser = await launchBrowser();
    return new Site(await Stack.start(unlimitedRates), browser);
  }

  /** Another stack, with these parameters too, that the same browser looks at. */
  async withParams(params: readonly string[]): Promise<Site> {
    return new Site(await Stack.start([...unlimitedRates, ...params]), this.browser);
  }

  /** Where the page is, with a room in it. */
  address(room = ''): string {
    return `http://localhost:${this.stack.ports.http}/${room && `#${room}`}`;
  }

  /** Somebody who comes to a room for the first time. */
  enterRoom(room: string, name: string, options?: BrowserContextOptions): Promise<Visitor> {
    return this.#track(Visitor.enterRoom(this.browser, this.address(room), name, options));
  }

  /** Somebody who opens the page, and does nothing yet. */
  openPage(room = '', options?: BrowserContextOptions): Promise<Visitor> {
    return this.#track(Visitor.openPage(this.browser, this.address(room), options));
  }

  /** Somebody with the client alone; a key makes them the same person as who has it too. */
  client(name: string, key?: string): Client {
    const client = createClient({ url: this.stack.url, name, ...(key && { key }) });
    this.#clients.push(client);
    return client;
  }

  /** A wscat that types something as soon as it is connected, and goes after so many seconds. */
  wscat(name: string, frame: object, seconds: number): SpawnedProcess {
    const typing = ['-x', JSON.stringify(frame), '-w', `${seconds}`];
    const args = ['-c', `${this.stack.url}?name=${name}`, ...typing];
    const terminal = new SpawnedProcess(resolve('node_modules/.bin/wscat'), args);
    this.#terminals.push(terminal);
    return terminal;
  }

  /** Sends everybody home; all that their pages complained of. */
  async closeAll(): Promise<string[]> {
    const visitors = this.#visitors.splice(0);
    await Promise.all([
      ...visitors.map((visitor) => visitor.close()),
      ...this.#clients.splice(0).map((client) => client.close()),
      ...this.#terminals.splice(0).map((terminal) => terminal.stop()),
    ]);
    return visitors.flatMap(({ pageErrors }) => pageErrors);
  }

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

/** What a part of the tests is given: the site is there once they run. */
export type GetSite = () => Site;
