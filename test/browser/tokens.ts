import type { Page } from 'playwright-core';
import { expectEventually } from './eventually.ts';
import type { GetSite } from './site.ts';
import { tokenProblemTests } from './token-problems.ts';
import {
  findOwnName,
  findTokenField,
  type GetTokenSite,
  submitToken,
  TokenSite,
} from './token-site.ts';

/** Returns everything that outlives the tab, as text. */
const readPersistent = (page: Page) =>
  page.evaluate(() => JSON.stringify(localStorage) + document.cookie);

const openHash = (page: Page, hash: string) =>
  page.evaluate((target) => location.assign(target), `#${hash}`);

/** The page of a chat that uses tokens. */
export function tokenTests(getGuestSite: GetSite): void {
  describe('the page of a chat with tokens', () => {
    let tokenSite: TokenSite;

    beforeAll(async () => {
      tokenSite = await TokenSite.open(getGuestSite);
    });
    afterEach(async () => {
      expect(await tokenSite.site.closeAll()).toEqual([]);
    });
    afterAll(() => tokenSite?.close());

    signInTests(() => tokenSite);
    hashTests(() => tokenSite, getGuestSite);
    tokenProblemTests(() => tokenSite);
  });
}

function signInTests(getTokenSite: GetTokenSite): void {
  it('asks for a token and keeps it only in the tab', async () => {
    const { site, issuer } = getTokenSite();
    const token = await issuer.token({ sub: 'aki', name: 'Aki' });
    const aki = await site.openPage('tea');
    const { page } = aki;
    expect(await page.locator('.welcome').innerText()).toContain('enter #tea');
    const attributes = await findTokenField(page).evaluate((input) =>
      ['type', 'autocomplete'].map((attribute) => input.getAttribute(attribute)),
    );
    expect(attributes).toEqual(['password', 'off']);
    await submitToken(page, 'Aki');
    expect(await findTokenField(page).getAttribute('aria-invalid')).toBe('true');
    await submitToken(page, token);
    await aki.sendMessage('hello');
    expect(await findOwnName(page).innerText()).toBe('Aki');
    await page.reload();
    await aki.waitForMessage('hello');
    await expectEventually(() => page.locator('.message.own').count()).toBe(1);
    for (const part of token.split('.')) expect(await readPersistent(page)).not.toContain(part);
    const tab = await aki.context.newPage();
    await tab.goto(site.url('tea'));
    await findTokenField(tab).waitFor();
  });

  it('signs out and keeps the saved state of each user apart', async () => {
    const { site, issuer } = getTokenSite();
    const token = await issuer.token({ sub: 'aki', name: 'Aki' });
    const aki = await site.openPage(`token=${token}&room=tea`);
    const { page } = aki;
    await page.getByRole('button', { name: 'Change your name' }).click();
    await page.getByRole('dialog').getByRole('textbox').fill('Aki Tanaka');
    await page.keyboard.press('Enter');
    await expectEventually(() => findOwnName(page).innerText()).toBe('Aki Tanaka');
    await aki.composer.fill('not yet sent');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await findTokenField(page).waitFor();
    expect(await page.evaluate(() => sessionStorage.getItem('kaiwa.token'))).toBe('');

    await page.goto(site.url('lobby'));
    await submitToken(page, await issuer.token({ sub: 'ben', name: 'Ben' }));
    await aki.waitUntilConnected();
    await expectEventually(() => findOwnName(page).innerText()).toBe('Ben');
    expect(await page.locator('.room-name').allInnerTexts()).toEqual(['lobby']);

    page.once('dialog', (dialog) => dialog.accept());
    await openHash(page, `token=${await issuer.token({ sub: 'aki' })}&room=tea`);
    await expectEventually(() => findOwnName(page).innerText()).toBe('Aki Tanaka');
    expect(await aki.composer.inputValue()).toBe('not yet sent');
  });
}

function hashTests(getTokenSite: GetTokenSite, getGuestSite: GetSite): void {
  it('[SEC-060] takes a token out of the URL', async () => {
    const { site, issuer } = getTokenSite();
    const token = await issuer.token({ sub: 'cleo', name: 'Cleo' });
    const cleo = await site.openPage(`token=${token}&room=brought`);
    await cleo.waitUntilConnected();
    expect(cleo.page.url()).toBe(site.url('brought'));
    expect(await readPersistent(cleo.page)).not.toContain(token);
    expect(await cleo.page.title()).toBe('#brought – Kaiwa');
    const guest = await getGuestSite().openPage(`token=${token}`);
    await guest.page.getByLabel('Your name').waitFor();
    expect(guest.page.url()).toBe(getGuestSite().url());
    expect(await guest.page.evaluate(() => sessionStorage.length)).toBe(0);
  });

  it('[SEC-064] switches to the user of a token in the URL only with consent', async () => {
    const { site, issuer } = getTokenSite();
    const hal = await site.openPage(`token=${await issuer.token({ sub: 'hal', name: 'Hal' })}`);
    const { page } = hal;
    await hal.waitUntilConnected();
    const questions: string[] = [];
    page.on('dialog', (dialog) => {
      questions.push(dialog.message());
      // The reload below may close the dialog before, which dismisses it too.
      return dialog.dismiss().catch(() => {});
    });
    const foreignToken = await issuer.token({ sub: 'mallory', name: 'Mallory' });
    for (const token of [foreignToken, 'none']) {
      await openHash(page, `token=${token}&room=tea`);
      await page.waitForURL(site.url('tea'));
      await page.reload();
      await expectEventually(() => findOwnName(page).innerText()).toBe('Hal');
    }
    expect(questions).toEqual(['This address signs you in as another person. Go on as them?']);
  });
}
