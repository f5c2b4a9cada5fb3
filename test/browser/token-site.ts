import type { Page } from 'playwright-core';
import { createKey, FakeIssuer } from '../helpers/fakes/fake-issuer.ts';
import type { GetSite, Site } from './site.ts';

/** The alert of the page about a token that has never connected. */
export const unverifiedText =
  'Either the chat cannot be reached, or your token is wrong or has expired.';

/** Finds the field for a token. */
export const findTokenField = (page: Page) => page.getByLabel('Your token');

/** Finds the user's name in the sidebar. */
export const findOwnName = (page: Page) => page.locator('.self-name strong');

/** Enters a token in the open form. */
export async function submitToken(page: Page, token: string): Promise<void> {
  await findTokenField(page).fill(token);
  await page.keyboard.press('Enter');
}

/** A site that authenticates users by tokens, with the issuer of the tokens. */
export class TokenSite {
  readonly site: Site;
  readonly issuer: FakeIssuer;

  private constructor(site: Site, issuer: FakeIssuer) {
    this.site = site;
    this.issuer = issuer;
  }

  /** Starts the issuer and a stack that trusts it. */
  static async open(getSite: GetSite): Promise<TokenSite> {
    const issuer = await FakeIssuer.start();
    const params = ['auth=jwt', `issuer=${issuer.name}`, 'audience=kaiwa'];
    return new TokenSite(await getSite().withParams(params), issuer);
  }

  /** Creates a token that is signed with an unknown key. */
  async createWrongToken(sub: string): Promise<string> {
    return this.issuer.token({ sub }, { key: await createKey('first') });
  }

  /** Removes the stack and stops the issuer. */
  async close(): Promise<void> {
    await this.site.stack.remove();
    await this.issuer.close();
  }
}

/** Returns the site, which exists once the tests run. */
export type GetTokenSite = () => TokenSite;
