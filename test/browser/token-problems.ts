import type { Page } from 'playwright-core';
import { findAxeViolations, findOverflowing, screens } from './axe.ts';
import { expectEventually } from './eventually.ts';
import type { Site } from './site.ts';
import { findOwnName, type GetTokenSite, submitToken, unverifiedText } from './token-site.ts';

const changeToken = async (page: Page, token: string) => {
  await page.getByRole('button', { name: 'Give another token' }).click();
  await submitToken(page, token);
};

/** A proxy in front of the server that rejects the user's token once it has expired. */
class ExpiryProxy {
  isExpired = false;
  rejectedConnections = 0;

  /** Routes the WebSockets of a page through the proxy. */
  async install(page: Page, site: Site): Promise<void> {
    await page.routeWebSocket(`${site.stack.url}/**`, (socket) => {
      if (this.isExpired) {
        this.rejectedConnections += 1;
        void socket.close();
        return;
      }
      const server = socket.connectToServer();
      socket.onMessage((frame) => {
        if (this.isExpired) socket.send(JSON.stringify(createRejection(`${frame}`)));
        else server.send(frame);
      });
    });
  }
}

function createRejection(frame: string): object {
  const { action, id } = JSON.parse(frame);
  return {
    type: 'error',
    action,
    id,
    code: 'unauthenticated',
    message: 'Over.',
    retryable: false,
  };
}

/** Tokens that the server rejects. */
export function tokenProblemTests(getTokenSite: GetTokenSite): void {
  it('offers to enter another token if the first one never connects', async () => {
    const { site, issuer } = getTokenSite();
    const dee = await site.openPage('doubt');
    await submitToken(dee.page, await getTokenSite().createWrongToken('dee'));
    const alert = dee.page.getByText(unverifiedText);
    await alert.waitFor();
    await dee.composer.fill('What I have to say');
    await dee.composer.press('Enter');
    await changeToken(dee.page, await issuer.token({ sub: 'dee', name: 'Dee' }));
    await dee.waitForMessage('What I have to say');
    expect(await alert.count()).toBe(0);
    expect(await findOwnName(dee.page).innerText()).toBe('Dee');
  });

  it('does not send the messages of the former user with the token of another user', async () => {
    const { site, issuer } = getTokenSite();
    const eve = await site.openPage('other');
    await submitToken(eve.page, await getTokenSite().createWrongToken('eve'));
    await eve.page.getByText(unverifiedText).waitFor();
    await eve.composer.fill('What Eve has to say');
    await eve.composer.press('Enter');
    await eve.page.locator('.text.pending').waitFor();
    await changeToken(eve.page, await issuer.token({ sub: 'fay', name: 'Fay' }));
    await expectEventually(() => findOwnName(eve.page).innerText()).toBe('Fay');
    await eve.page.getByText('It is quiet here').waitFor();
  });

  it('asks for another token when the token expires, and loses no message', async () => {
    const { site, issuer } = getTokenSite();
    const gus = await site.openPage(`token=${await issuer.token({ sub: 'gus' })}&room=late`);
    const { page } = gus;
    const proxy = new ExpiryProxy();
    await proxy.install(page, site);
    await page.clock.install();
    await page.reload();
    await gus.sendMessage('in time');
    proxy.isExpired = true;
    await page.clock.fastForward(3_601_000);
    await gus.composer.fill('too late');
    await gus.composer.press('Enter');
    await page.getByText('Your token has expired.').waitFor();
    // The page offers the expired token once more, since its clock may be wrong, and then stops.
    await expectEventually(async () => proxy.rejectedConnections).toBe(1);
    proxy.isExpired = false;
    const exp = Date.now() / 1_000 + 7_200;
    await changeToken(page, await issuer.token({ sub: 'gus', exp }));
    await gus.waitForMessage('too late');
    await gus.waitUntilConnected();
  });

  it('reports an expired token at once, also in Japanese', async () => {
    const { site, issuer } = getTokenSite();
    const token = await issuer.token({ sub: 'misaki', exp: 1 });
    const { page } = await site.openPage('', { locale: 'ja-JP' });
    await page.getByLabel('あなたのトークン').fill(token);
    await page.getByRole('button', { name: 'はじめる' }).click();
    await page.getByText('トークンの有効期限が切れています。').waitFor();
    await page.getByRole('button', { name: '別のトークンを入力' }).waitFor();
    await page.getByRole('button', { name: 'サインアウト' }).waitFor();
  });

  it.each(screens)('has no accessibility problem and fits the screen %s', async (_, options) => {
    const { page } = await getTokenSite().site.openPage('', options);
    await submitToken(page, 'none');
    await page.locator('.hint.invalid').waitFor();
    expect(await findAxeViolations(page)).toEqual([]);
    await submitToken(page, await getTokenSite().createWrongToken('aki'));
    await page.getByText(unverifiedText).waitFor();
    expect(await findAxeViolations(page)).toEqual([]);
    expect(await findOverflowing(page)).toEqual([]);
    await page.getByRole('button', { name: 'Give another token' }).click();
    await page.getByRole('dialog').waitFor();
    expect(await findAxeViolations(page)).toEqual([]);
  });
}
