import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { createClient } from '../../src/client/index.ts';
import { Stack } from '../helpers/local-stack.ts';
import { launch } from './chromium.ts';
import { converse, goOn, people } from './conversation-fixture.ts';
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
  async empty(): Promise<void> {
    await this.#take(await Visitor.look(this.#browser, this.#address('tea'), wide), 'welcome');
    const look = await Visitor.look(this.#browser, this.#address('tea'), { ...wide, ...japanese });
    await this.#take(look, 'welcome-japanese');
    await this.#take(await this.#aki('quiet', wide), 'empty');
  }

  /** Of a room where there is a lot to see. */
  async busy(): Promise<void> {
    const rooms = ['design', 'releases', 'lunch'];
    const ben = createClient({ url: this.#stack.url, name: 'Ben' });
    for (const name of rooms) await (await ben.join(name)).send('Hello');
    const kinds = { busy: wide, dark: { ...wide, ...dark }, japanese: { ...wide, ...japanese } };
    const small = { narrow, 'narrow-dark': { ...narrow, ...dark } };
    const places = ['tea', 'garden', 'uji', 'kitchen', 'cafe'];
    for (const [name, options] of Object.entries({ ...kinds, ...small })) {
      const place = places.shift() ?? '';
      const clients = await converse(this.#stack.url, place);
      const visitor = await this.#aki(place, options, rooms);
      await visitor.sees('in the kitchen');
      await visitor.page.waitForFunction(
        () => document.querySelectorAll('.quote-name').length === 1,
      );
      for (const room of rooms.slice(0, 2)) await (await ben.join(room)).send('Look at this');
      await goOn(clients, place);
      await visitor.page.locator('.typing .dots').waitFor();
      await visitor.page.locator('.readers').waitFor();
      await this.#take(visitor, name);
      if (name.startsWith('narrow')) {
        await visitor.page.getByRole('button', { name: 'Show rooms' }).click();
        await this.#take(visitor, `${name}-rooms`);
      } else {
        await (await visitor.sees('Let us meet')).hover();
        await visitor.page.locator('.actions button').first().click();
        await this.#take(visitor, `${name}-reacting`);
      }
      await visitor.leave();
      await Promise.all(clients.map((client) => client.close()));
    }
    await ben.close();
  }

  /** Of a room that one has scrolled back in, with more behind. */
  async scrolled(): Promise<void> {
    const client = createClient({ url: this.#stack.url, name: 'Ben' });
    const room = await client.join('long');
    for (let n = 1; n <= 80; n += 1) await room.send(`This is message number ${n}.`);
    const visitor = await this.#aki('long', wide);
    await visitor.sees('number 80.');
    await visitor.page.mouse.move(600, 400);
    await visitor.page.mouse.wheel(0, -900);
    await visitor.page.locator('.to-newest').waitFor();
    await room.send('There is more to come.');
    await visitor.page.locator('.new-messages').waitFor();
    await this.#take(visitor, 'scrolled');
    await client.close();
  }

  /** Of a connection that is lost, while one goes on writing. */
  async reconnecting(): Promise<void> {
    const [visitor, small] = [await this.#aki('tea', wide), await this.#aki('tea', narrow)];
    await Promise.all([visitor, small].map((who) => who.sees('in the kitchen')));
    await this.#stack.stop();
    for (const [who, name] of [
      [visitor, 'reconnecting'],
      [small, 'narrow-reconnecting'],
    ] as const) {
      await who.composer.fill('I will be there in five minutes.');
      await who.composer.press('Enter');
      await who.page.getByText(/Next try in [3-9] seconds/).waitFor();
      await this.#take(who, name);
    }
  }

  #address(room: string): string {
    return `http://localhost:${this.#stack.ports.http}/#${room}`;
  }

  #aki(room: string, options: BrowserContextOptions, rooms: readonly string[] = []) {
    const known = { ...(people[0] ?? { name: '', key: '' }), rooms: rooms.join(' ') };
    return Visitor.comeBack(this.#browser, this.#address(room), known, options);
  }

  async #take({ page }: Visitor, name: string): Promise<void> {
    await page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled' });
  }
}

mkdirSync(folder, { recursive: true });
const browser = await launch();
const stack = await Stack.start(['rate=1000', 'burst=1000']).catch(async (cause) => {
  await browser.close();
  throw cause;
});
try {
  const photographer = new Photographer(stack, browser);
  await photographer.empty();
  await photographer.busy();
  await photographer.scrolled();
  await photographer.reconnecting();
  console.log(`The screenshots are in ${folder}/.`);
} finally {
  await browser.close();
  await stack.remove();
}
