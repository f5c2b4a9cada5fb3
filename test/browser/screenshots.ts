import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { createClient } from '../../src/client/index.ts';
import { Stack } from '../helpers/local-stack.ts';
import { launchBrowser } from './chromium.ts';
import { continueConversation, participants, playConversation } from './conversation-fixture.ts';
import { Visitor } from './visitor.ts';

/** Where the pictures go, beside the project and not in git. */
const folder = 'screenshots';

const wide: BrowserContextOptions = {
  reducedMotion: 'reduce',
  viewport: { width: 1280, height: 800 },
};
const narrow: BrowserContextOptions = {
  reducedMotion: 'reduce',
  viewport: { width: 360, height: 740 },
  deviceScaleFactor: 2,
  hasTouch: true,
  isMobile: true,
};
const dark = { colorScheme: 'dark' } as const;
const japanese = { locale: 'ja-JP' };

/** Takes pictures of the page’s main states, of a stack of its own. */
class Photographer {
  readonly #stack: Stack;
  readonly #browser: Browser;

  constructor(stack: Stack, browser: Browser) {
    this.#stack = stack;
    this.#browser = browser;
  }

  /** Of an empty room, and before one comes to it. */
  async takeEmptyRoom(): Promise<void> {
    await this.#take(await Visitor.openPage(this.#browser, this.#address('tea'), wide), 'welcome');
    const japaneseVisitor = await Visitor.openPage(this.#browser, this.#address('tea'), {
      ...wide,
      ...japanese,
    });
    await this.#take(japaneseVisitor, 'welcome-japanese');
    await this.#take(await this.#visitAsAki('quiet', wide), 'empty');
  }

  /** Of a room where there is a lot to see. */
  async takeBusyRoom(): Promise<void> {
    const rooms = ['design', 'releases', 'lunch'];
    const ben = createClient({ url: this.#stack.url, name: 'Ben' });
    for (const name of rooms) await (await ben.join(name)).send('Hello');
    const kinds = { busy: wide, dark: { ...wide, ...dark }, japanese: { ...wide, ...japanese } };
    const narrowPictures = { narrow, 'narrow-dark': { ...narrow, ...dark } };
    const roomNames = ['tea', 'garden', 'uji', 'kitchen', 'cafe'];
    for (const [name, options] of Object.entries({ ...kinds, ...narrowPictures })) {
      const roomName = roomNames.shift() ?? '';
      const clients = await playConversation(this.#stack.url, roomName);
      const visitor = await this.#visitAsAki(roomName, options, rooms);
      await visitor.waitForMessage('in the kitchen');
      await visitor.page.waitForFunction(
        () => document.querySelectorAll('.quote-name').length === 1,
      );
      for (const room of rooms.slice(0, 2)) await (await ben.join(room)).send('Look at this');
      await continueConversation(clients, roomName);
      await visitor.page.locator('.typing .dots').waitFor();
      await visitor.page.locator('.readers').waitFor();
      await this.#take(visitor, name);
      if (name.startsWith('narrow')) {
        await visitor.page.getByRole('button', { name: 'Show rooms' }).click();
        await this.#take(visitor, `${name}-rooms`);
      } else {
        await (await visitor.waitForMessage('Let us meet')).hover();
        await visitor.page.locator('.actions button').first().click();
        await this.#take(visitor, `${name}-reacting`);
      }
      await visitor.close();
      await Promise.all(clients.map((client) => client.close()));
    }
    await ben.close();
  }

  /** Of a room that one has scrolled back in, with more behind. */
  async takeScrolledRoom(): Promise<void> {
    const client = createClient({ url: this.#stack.url, name: 'Ben' });
    const room = await client.join('long');
    for (let n = 1; n <= 80; n += 1) await room.send(`This is message number ${n}.`);
    const visitor = await this.#visitAsAki('long', wide);
    await visitor.waitForMessage('number 80.');
    await visitor.page.mouse.move(600, 400);
    await visitor.page.mouse.wheel(0, -900);
    await visitor.page.locator('.jump-to-latest').waitFor();
    await room.send('There is more to come.');
    await visitor.page.locator('.new-messages').waitFor();
    await this.#take(visitor, 'scrolled');
    await client.close();
  }

  /** Of a connection that is lost, while one goes on writing. */
  async takeReconnecting(): Promise<void> {
    const [visitor, narrowVisitor] = [
      await this.#visitAsAki('tea', wide),
      await this.#visitAsAki('tea', narrow),
    ];
    await Promise.all(
      [visitor, narrowVisitor].map((shownVisitor) => shownVisitor.waitForMessage('in the kitchen')),
    );
    await this.#stack.stop();
    for (const [shownVisitor, name] of [
      [visitor, 'reconnecting'],
      [narrowVisitor, 'narrow-reconnecting'],
    ] as const) {
      await shownVisitor.composer.fill('I will be there in five minutes.');
      await shownVisitor.composer.press('Enter');
      await shownVisitor.page.getByText(/Next try in [3-9] seconds/).waitFor();
      await this.#take(shownVisitor, name);
    }
  }

  #address(room: string): string {
    return `http://localhost:${this.#stack.ports.http}/#${room}`;
  }

  #visitAsAki(room: string, options: BrowserContextOptions, rooms: readonly string[] = []) {
    const known = { ...(participants[0] ?? { name: '', key: '' }), rooms: rooms.join(' ') };
    return Visitor.returnToRoom(this.#browser, this.#address(room), known, options);
  }

  async #take({ page }: Visitor, name: string): Promise<void> {
    await page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled' });
  }
}

mkdirSync(folder, { recursive: true });
const browser = await launchBrowser();
const stack = await Stack.start(['rate=1000', 'burst=1000']).catch(async (cause) => {
  await browser.close();
  throw cause;
});
try {
  const photographer = new Photographer(stack, browser);
  await photographer.takeEmptyRoom();
  await photographer.takeBusyRoom();
  await photographer.takeScrolledRoom();
  await photographer.takeReconnecting();
  console.log(`The screenshots are in ${folder}/.`);
} finally {
  await browser.close();
  await stack.remove();
}
