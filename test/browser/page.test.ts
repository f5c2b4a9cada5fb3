import { accessibilityTests } from './accessibility.ts';
import { composingTests } from './composing.ts';
import { conversationTests } from './conversation.ts';
import { errorTests } from './errors.ts';
import { exampleTests } from './example.ts';
import { pageRebuildTests } from './page-rebuild.ts';
import { roomTests } from './rooms.ts';
import { safetyTests } from './safety.ts';
import { scrollingTests } from './scrolling.ts';
import { Site } from './site.ts';
import { tokenTests } from './tokens.ts';

jest.setTimeout(120_000);

// One stack and one browser for all of it: the parts are files of their own, and this runs them.
let site: Site;

beforeAll(async () => {
  site = await Site.open();
});
afterEach(async () => {
  // Neither an error, nor anything that the policy had to forbid.
  expect(await site.closeAll()).toEqual([]);
});
afterAll(() => site?.close());

for (const addTests of [
  roomTests,
  conversationTests,
  composingTests,
  safetyTests,
  accessibilityTests,
  scrollingTests,
  exampleTests,
  tokenTests,
  errorTests,
  pageRebuildTests,
]) {
  addTests(() => site);
}
