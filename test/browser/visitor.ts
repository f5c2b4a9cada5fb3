import type {
  Browser,
  BrowserContext,
  BrowserContextOptions,
  Locator,
  Page,
} from 'playwright-core';

/** A user of the page, in a browser context of its own. */
export class Visitor {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Errors of the page, and violations of its Content-Security-Policy. */
  readonly pageErrors: string[] = [];

  private constructor(context: BrowserContext, page: Page) {
    this.context = context;
    this.page = page;
    page.on('pageerror', (error) => this.pageErrors.push(`${error.stack}`));
    page.on('console', (message) => {
      // Chromium logs every failed connection. The tests stop the stack on purpose.
      const isOffline = /WebSocket connection to .* failed|ERR_CONNECTION_REFUSED/.test(
        message.text(),
      );
      if (message.type() === 'error' && !isOffline) this.pageErrors.push(message.text());
    });
  }

  /** Opens a room for the first time, and enters a name. */
  static async enterRoom(
    browser: Browser,
    url: string,
    name: string,
    options: BrowserContextOptions = {},
  ): Promise<Visitor> {
    const visitor = await Visitor.openPage(browser, url, options);
    await visitor.page.getByRole('textbox').fill(name);
    await visitor.page.keyboard.press('Enter');
    await visitor.waitUntilConnected();
    return visitor;
  }

  /** Opens a room with a saved name, key and list of rooms. */
  static async returnToRoom(
    browser: Browser,
    url: string,
    saved: { readonly name: string; readonly key: string; readonly rooms: string },
    options: BrowserContextOptions = {},
  ): Promise<Visitor> {
    const { origin } = new URL(url);
    const localStorage = Object.entries(saved).map(([name, value]) => ({
      name: `kaiwa.${name}`,
      value,
    }));
    const storageState = { cookies: [], origins: [{ origin, localStorage }] };
    const visitor = await Visitor.openPage(browser, url, { ...options, storageState });
    await visitor.waitUntilConnected();
    return visitor;
  }

  /** Opens the page, and nothing more. */
  static async openPage(
    browser: Browser,
    url: string,
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
    await page.goto(url);
    return visitor;
  }

  /** The text field of the composer. */
  get composer(): Locator {
    return this.page.locator('.composer textarea');
  }

  /** Finds the row of the message with a text. */
  messageRow(text: string): Locator {
    return this.page.locator('.message', { has: this.page.locator('.text', { hasText: text }) });
  }

  /** Waits until the page shows a message as stored. Returns its row. */
  async waitForMessage(text: string): Promise<Locator> {
    const messageRow = this.messageRow(text).and(this.page.locator('[data-key^=m]'));
    await messageRow.first().waitFor();
    return messageRow;
  }

  /** Sends a message and waits until it is stored. */
  async sendMessage(text: string): Promise<void> {
    await this.composer.fill(text);
    await this.composer.press('Enter');
    await this.waitForMessage(text);
  }

  /** Clicks an action of a message. */
  async clickAction(action: string, text: string): Promise<void> {
    const messageRow = await this.waitForMessage(text);
    await messageRow.hover();
    await messageRow.getByRole('button', { name: action, exact: true }).click();
  }

  /** Returns the texts of all shown messages. */
  readTexts(): Promise<string[]> {
    return this.page.locator('.message .text').allInnerTexts();
  }

  /** Returns the names in the list of members. */
  readMemberNames(): Promise<string[]> {
    return this.page.locator('.member-name').allInnerTexts();
  }

  /** Waits until the page is connected. */
  async waitUntilConnected(): Promise<void> {
    await this.page
      .locator('.connection[data-state=connected]')
      .first()
      .waitFor({ state: 'attached' });
  }

  /** Closes the browser context. */
  async close(): Promise<void> {
    await this.context.close();
  }
}
