import type { Page } from 'playwright-core';
import { createKey, FakeIssuer } from '../helpers/fakes/fake-issuer.ts';
import { findAxeViolations, findOverflowing, screens } from './accessibility.ts';
import { expectEventually } from './eventually.ts';
import type { GetSite, Site } from './site.ts';

const field = (page: Page) => page.getByLabel('Your token');
const name = (page: Page) => page.locator('.self-name strong');
const unverifiedText = 'Either the chat cannot be reached, or your token is wrong or has expired.';

/** What outlives the tab. */
const readPersistent = (page: Page) =>
  page.evaluate(() => JSON.stringify(localStorage) + document.cookie);

/** The page of a chat that asks for tokens. */
export function tokenTests(getFreeSite: GetSite): void {
  describe('where the chat asks for tokens', () => {
    let issuer: FakeIssuer;
    let site: Site;

    beforeAll(async () => {
      issuer = await FakeIssuer.start();
      site = await getFreeSite().withParams([
        'auth=jwt',
        `issuer=${issuer.name}`,
        'audience=kaiwa',
      ]);
    });
    afterEach(async () => {
      expect(await site.closeAll()).toEqual([]);
    });
    afterAll(async () => {
      await site.stack.remove();
      await issuer.close();
    });

    /** One that was made up by somebody else. */
    const createWrongToken = async (sub: string) =>
      issuer.token({ sub }, { key: await createKey('first') });
    const submitToken = async (page: Page, token: string) => {
      await field(page).fill(token);
      await page.keyboard.press('Enter');
    };

    it('one shows a token, is called as it says, and is asked again only in another tab', async () => {
      const token = await issuer.token({ sub: 'aki', name: 'Aki' });
      const aki = await site.openPage('tea');
      const { page } = aki;
      expect(await page.locator('.welcome').innerText()).toContain('enter #tea');
      const attributes = await field(page).evaluate((input) =>
        ['type', 'autocomplete'].map((attribute) => input.getAttribute(attribute)),
      );
      expect(attributes).toEqual(['password', 'off']);
      await submitToken(page, 'Aki');
      expect(await field(page).getAttribute('aria-invalid')).toBe('true');
      await submitToken(page, token);
      await aki.sendMessage('hello');
      expect(await name(page).innerText()).toBe('Aki');
      await page.reload();
      await aki.waitForMessage('hello');
      await expectEventually(() => page.locator('.message.own').count()).toBe(1);
      for (const part of token.split('.')) expect(await readPersistent(page)).not.toContain(part);
      const tab = await aki.context.newPage();
      await tab.goto(site.address('tea'));
      await field(tab).waitFor();
    });

    it('one may be called otherwise, signs out, and leaves nothing to who comes next', async () => {
      const aki = await site.openPage(
        `token=${await issuer.token({ sub: 'aki', name: 'Aki' })}&room=tea`,
      );
      const { page } = aki;
      await page.getByRole('button', { name: 'Change your name' }).click();
      await page.getByRole('dialog').getByRole('textbox').fill('Aki Tanaka');
      await page.keyboard.press('Enter');
      await expectEventually(() => name(page).innerText()).toBe('Aki Tanaka');
      await aki.composer.fill('not yet sent');
      await page.getByRole('button', { name: 'Sign out' }).click();
      await field(page).waitFor();
      const kept = await page.evaluate(() => sessionStorage.getItem('kaiwa.token'));
      expect(kept).toBe('');
      await page.goto(site.address('lobby'));
      await submitToken(page, await issuer.token({ sub: 'ben', name: 'Ben' }));
      await aki.waitUntilConnected();
      await expectEventually(() => name(page).innerText()).toBe('Ben');
      expect(await page.locator('.room-name').allInnerTexts()).toEqual(['lobby']);
      // In her own name she finds all of it again.
      const token = await issuer.token({ sub: 'aki' });
      page.once('dialog', (dialog) => dialog.accept());
      await page.evaluate((hash) => location.assign(hash), `#token=${token}&room=tea`);
      await expectEventually(() => name(page).innerText()).toBe('Aki Tanaka');
      expect(await aki.composer.inputValue()).toBe('not yet sent');
    });

    it('a token in the address is taken, and taken out of it', async () => {
      const token = await issuer.token({ sub: 'cleo', name: 'Cleo' });
      const cleo = await site.openPage(`token=${token}&room=brought`);
      await cleo.waitUntilConnected();
      expect(cleo.page.url()).toBe(site.address('brought'));
      expect(await readPersistent(cleo.page)).not.toContain(token);
      expect(await cleo.page.title()).toBe('#brought – Kaiwa');
      const other = await getFreeSite().openPage(`token=${token}`);
      await other.page.getByLabel('Your name').waitFor();
      expect(other.page.url()).toBe(getFreeSite().address());
      expect(await other.page.evaluate(() => sessionStorage.length)).toBe(0);
    });

    it('a token in the address makes nobody another person who does not want to be', async () => {
      const hal = await site.openPage(`token=${await issuer.token({ sub: 'hal', name: 'Hal' })}`);
      const { page } = hal;
      await hal.waitUntilConnected();
      const asked: string[] = [];
      page.on('dialog', (dialog) => {
        asked.push(dialog.message());
        return dialog.dismiss();
      });
      const other = await issuer.token({ sub: 'mallory', name: 'Mallory' });
      for (const token of [other, 'none']) {
        await page.evaluate((hash) => location.assign(hash), `#token=${token}&room=tea`);
        await page.waitForURL(site.address('tea'));
        await page.reload();
        await expectEventually(() => name(page).innerText()).toBe('Hal');
      }
      expect(asked).toEqual(['This address signs you in as another person. Go on as them?']);
    });

    it('a token that is not taken is called doubtful, and another one helps', async () => {
      const dee = await site.openPage('doubt');
      await submitToken(dee.page, await createWrongToken('dee'));
      const banner = dee.page.getByText(unverifiedText);
      await banner.waitFor();
      await dee.composer.fill('What I have to say');
      await dee.composer.press('Enter');
      await dee.page.getByRole('button', { name: 'Give another token' }).click();
      await submitToken(dee.page, await issuer.token({ sub: 'dee', name: 'Dee' }));
      await dee.waitForMessage('What I have to say');
      expect(await banner.count()).toBe(0);
      expect(await name(dee.page).innerText()).toBe('Dee');
    });

    it('a token of another person begins anew, and leaves unsent what the other one wrote', async () => {
      const eve = await site.openPage('other');
      await submitToken(eve.page, await createWrongToken('eve'));
      await eve.page.getByText(unverifiedText).waitFor();
      await eve.composer.fill('What Eve has to say');
      await eve.composer.press('Enter');
      await eve.page.locator('.text.pending').waitFor();
      await eve.page.getByRole('button', { name: 'Give another token' }).click();
      await submitToken(eve.page, await issuer.token({ sub: 'fay', name: 'Fay' }));
      await expectEventually(() => name(eve.page).innerText()).toBe('Fay');
      await eve.page.getByText('It is quiet here').waitFor();
    });

    it('a token that expires while one is there is asked for again, and nothing is lost', async () => {
      const gus = await site.openPage(`token=${await issuer.token({ sub: 'gus' })}&room=late`);
      const { page } = gus;
      let isExpired = false;
      let rejected = 0;
      await page.routeWebSocket(`${site.stack.url}/**`, (socket) => {
        if (isExpired) {
          rejected += 1;
          void socket.close();
          return;
        }
        const server = socket.connectToServer();
        socket.onMessage((frame) => {
          const { action, id } = JSON.parse(`${frame}`);
          const rejection = {
            type: 'error',
            action,
            id,
            code: 'unauthenticated',
            message: 'Over.',
          };
          if (isExpired) socket.send(JSON.stringify({ ...rejection, retryable: false }));
          else server.send(frame);
        });
      });
      await page.clock.install();
      await page.reload();
      await gus.sendMessage('in time');
      isExpired = true;
      await page.clock.fastForward(3_601_000);
      await gus.composer.fill('too late');
      await gus.composer.press('Enter');
      await page.getByText('Your token has expired.').waitFor();
      // The real server would still take that token, which is shown once more and then no more.
      await expectEventually(async () => rejected).toBe(1);
      isExpired = false;
      await page.getByRole('button', { name: 'Give another token' }).click();
      await submitToken(page, await issuer.token({ sub: 'gus', exp: Date.now() / 1_000 + 7_200 }));
      await gus.waitForMessage('too late');
      await gus.waitUntilConnected();
    });

    it('an expired token is called so at once, and the words are there in Japanese', async () => {
      const token = await issuer.token({ sub: 'misaki', exp: 1 });
      const { page } = await site.openPage('', { locale: 'ja-JP' });
      await page.getByLabel('あなたのトークン').fill(token);
      await page.getByRole('button', { name: 'はじめる' }).click();
      await page.getByText('トークンの有効期限が切れています。').waitFor();
      await page.getByRole('button', { name: '別のトークンを入力' }).waitFor();
      await page.getByRole('button', { name: 'サインアウト' }).waitFor();
    });

    it.each(screens)('axe has nothing to say %s, and nothing is too wide', async (_, options) => {
      const { page } = await site.openPage('', options);
      await submitToken(page, 'none');
      await page.locator('.hint.invalid').waitFor();
      expect(await findAxeViolations(page)).toEqual([]);
      await submitToken(page, await createWrongToken('aki'));
      await page.getByText(unverifiedText).waitFor();
      expect(await findAxeViolations(page)).toEqual([]);
      expect(await findOverflowing(page)).toEqual([]);
      await page.getByRole('button', { name: 'Give another token' }).click();
      await page.getByRole('dialog').waitFor();
      expect(await findAxeViolations(page)).toEqual([]);
    });
  });
}
