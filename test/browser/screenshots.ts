import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { type Client, createClient } from '../../src/client/index.ts';
import { Stack } from '../helpers/local-stack.ts';
import { launchBrowser } from './chromium.ts';
import { Conversation, participants } from './conversation-fixture.ts';
import { Visitor } from './visitor.ts';

/** The folder of the screenshots. Git ignores it. */
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

/** The screenshots of a busy room. Each has a room of its own. */
const busyRooms: readonly (readonly [picture: string, room: string, BrowserContextOptions])[] = [
  ['busy', 'tea', wide],
  ['dark', 'garden', { ...wide, ...dark }],
  ['japanese', 'uji', { ...wide, ...japanese }],
  ['narrow', 'kitchen', narrow],
  ['narrow-dark', 'cafe', { ...narrow, ...dark }],
];

/** Takes screenshots of the main states of the page. */
class Photographer {
  readonly #stack: Stack;
  readonly #browser: Browser;

  constructor(stack: Stack, browser: Browser) {
    this.#stack = stack;
    this.#browser = browser;
  }

  /** Takes the welcome page and an empty room. */
  async takeEmptyRoom(): Promise<void> {
    await this.#take(await Visitor.openPage(this.#browser, this.#url('tea'), wide), 'welcome');
    const options = { ...wide, ...japanese };
    const visitor = await Visitor.openPage(this.#browser, this.#url('tea'), options);
    await this.#take(visitor, 'welcome-japanese');
    await this.#take(await this.#visitAsAki('quiet', wide), 'empty');
  }

  /** Takes a room that uses every feature of the page. */
  async takeBusyRoom(): Promise<void> {
    const rooms = ['design', 'releases', 'lunch'];
    const ben = createClient({ url: this.#stack.url, name: 'Ben' });
    for (const name of rooms) await sendTo(ben, name, 'Hello');
    for (const [picture, roomName, options] of busyRooms) {
      const conversation = await Conversation.play(this.#stack.url, roomName);
      const visitor = await this.#visitAsAki(roomName, options, rooms);
      await visitor.waitForMessage('in the kitchen');
      await visitor.page.waitForFunction(
        () => document.querySelectorAll('.quote-name').length === 1,
      );
      for (const room of rooms.slice(0, 2)) await sendTo(ben, room, 'Look at this');
      await conversation.continue();
      await visitor.page.locator('.typing .dots').waitFor();
      await visitor.page.locator('.readers').waitFor();
      await this.#take(visitor, picture);
      await this.#takeOpenPanel(visitor, picture);
      await visitor.close();
      await conversation.close();
    }
    await ben.close();
  }

  /** Takes a room that was scrolled back, with new messages below. */
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

  /** Takes a lost connection, with a message that waits for it. */
  async takeReconnecting(): Promise<void> {
    const pictures = [
      { visitor: await this.#visitAsAki('tea', wide), name: 'reconnecting' },
      { visitor: await this.#visitAsAki('tea', narrow), name: 'narrow-reconnecting' },
    ];
    for (const { visitor } of pictures) await visitor.waitForMessage('in the kitchen');
    await this.#stack.stop();
    for (const { visitor, name } of pictures) {
      await visitor.composer.fill('I will be there in five minutes.');
      await visitor.composer.press('Enter');
      await visitor.page.getByText(/Next try in [3-9] seconds/).waitFor();
      await this.#take(visitor, name);
    }
  }

  #url(room: string): string {
    return `http://localhost:${this.#stack.ports.http}/#${room}`;
  }

  #visitAsAki(room: string, options: BrowserContextOptions, rooms: readonly string[] = []) {
    const saved = { ...participants.aki, rooms: rooms.join(' ') };
    return Visitor.returnToRoom(this.#browser, this.#url(room), saved, options);
  }

  /** Takes the list of rooms on a narrow screen, and the emoji picker on a wide one. */
  async #takeOpenPanel(visitor: Visitor, picture: string): Promise<void> {
    if (picture.startsWith('narrow')) {
      await visitor.page.getByRole('button', { name: 'Show rooms' }).click();
      await this.#take(visitor, `${picture}-rooms`);
      return;
    }
    await (await visitor.waitForMessage('Let us meet')).hover();
    await visitor.page.locator('.actions button').first().click();
    await this.#take(visitor, `${picture}-reacting`);
  }

  async #take({ page }: Visitor, name: string): Promise<void> {
    await page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled' });
  }
}

async function sendTo(client: Client, roomName: string, text: string): Promise<void> {
  const room = await client.join(roomName);
  await room.send(text);
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
