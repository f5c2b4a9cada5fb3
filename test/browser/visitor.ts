import type {
  Browser,
  BrowserContext,
  BrowserContextOptions,
  Locator,
  Page,
} from 'playwright-core';

/** Somebody with a browser of their own. */
export class Visitor {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Errors of the page, and what its policy had to forbid. */
  readonly pageErrors: string[] = [];

  private constructor(context: BrowserContext, page: Page) {
    this.context = context;
    this.page = page;
    page.on('pageerror', (error) => this.pageErrors.push(`${error.stack}`));
    page.on('console', (message) => {
      // Chromium writes a line for every connection that fails: there is nothing wrong with that.
      const isOffline = /WebSocket connection to .* failed|ERR_CONNECTION_REFUSED/.test(
        message.text(),
      );
      if (message.type() === 'error' && !isOffline) this.pageErrors.push(message.text());
    });
  }

  /** Comes to a room for the first time. */
  static async enterRoom(
    browser: Browser,
    address: string,
    name: string,
    options: BrowserContextOptions = {},
  ): Promise<Visitor> {
    const visitor = await Visitor.openPage(browser, address, options);
    await visitor.page.getByRole('textbox').fill(name);
    await visitor.page.keyboard.press('Enter');
    await visitor.waitUntilConnected();
    return visitor;
  }

  /** Comes back to a room, as somebody whom the browser knows. */
  static async returnToRoom(
    browser: Browser,
    address: string,
    known: { readonly name: string; readonly key: string },
    options: BrowserContextOptions = {},
  ): Promise<Visitor> {
    const { origin } = new URL(address);
    const localStorage = Object.entries(known).map(([name, value]) => ({
      name: `kaiwa.${name}`,
      value,
    }));
    const storageState = { cookies: [], origins: [{ origin, localStorage }] };
    const visitor = await Visitor.openPage(browser, address, { ...options, storageState });
    await visitor.waitUntilConnected();
    return visitor;
  }

  /** Opens the page, and does nothing. */
  static async openPage(
    browser: Browser,
    address: string,
    options: BrowserContextOptions = {},
  ): Promise<Visitor> {
    const context = await browser.newContext({ locale: 'en-US', ...options });
    const page = await context.newPage();
    await page.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
        console.error(`violation of ${violatedDirective} by ${blockedURI}`),
      );
    });
    const visitor = new Visitor(context, page);
    await page.goto(address);
    return visitor;
  }

  /** Where one writes. */
  get composer(): Locator {
    return this.page.locator('.composer textarea');
  }

  /** The line of the message with that text. */
  messageRow(text: string): Locator {
    return this.page.locator('.message', { has: this.page.locator('.text', { hasText: text }) });
  }

  /** Waits until a message is there, and stored. */
  async waitForMessage(text: string): Promise<Locator> {
    const messageRow = this.messageRow(text).and(this.page.locator('[data-key^=m]'));
    await messageRow.first().waitFor();
    return messageRow;
  }

  /** Says something, and waits until it is stored. */
  async sendMessage(text: string): Promise<void> {
    await this.composer.fill(text);
    await this.composer.press('Enter');
    await this.waitForMessage(text);
  }

  /** Does something with a message, by the button of that name. */
  async clickAction(action: string, text: string): Promise<void> {
    const messageRow = await this.waitForMessage(text);
    await messageRow.hover();
    await messageRow.getByRole('button', { name: action, exact: true }).click();
  }

  /** Waits until there is a connection. */
  async waitUntilConnected(): Promise<void> {
    await this.page
      .locator('.connection[data-state=connected]')
      .first()
      .waitFor({ state: 'attached' });
  }

  async close(): Promise<void> {
    await this.context.close();
  }
}
