import { accessibilityTests } from './accessibility.ts';
import { composingTests } from './composing.ts';
import { conversationTests } from './conversation.ts';
import { errorTests } from './errors.ts';
import { exampleTests } from './example.ts';
import { inputMethodTests } from './input-method.ts';
import { keyboardTests } from './keyboard.ts';
import { pageRebuildTests } from './page-rebuild.ts';
import { roomTests } from './rooms.ts';
import { safetyTests } from './safety.ts';
import { scrollingTests } from './scrolling.ts';
import { Site } from './site.ts';
import { tokenTests } from './tokens.ts';
import { unreadTests } from './unread.ts';

jest.setTimeout(120_000);

// The parts of the suite are separate files. They share one stack and one browser.
let site: Site;

beforeAll(async () => {
  site = await Site.open();
});
afterEach(async () => {
  // The pages had no errors and did not violate the policy.
  expect(await site.closeAll()).toEqual([]);
});
afterAll(() => site?.close());

for (const addTests of [
  roomTests,
  conversationTests,
  unreadTests,
  composingTests,
  inputMethodTests,
  safetyTests,
  accessibilityTests,
  keyboardTests,
  scrollingTests,
  exampleTests,
  tokenTests,
  errorTests,
  pageRebuildTests,
]) {
  addTests(() => site);
}
