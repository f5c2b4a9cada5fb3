import { access } from './access.ts';
import { composing } from './composing.ts';
import { talking } from './conversation.ts';
import { development } from './development.ts';
import { trouble } from './errors.ts';
import { example } from './example.ts';
import { rooms } from './rooms.ts';
import { safety } from './safety.ts';
import { scrolling } from './scrolling.ts';
import { Site } from './site.ts';
import { tokens } from './tokens.ts';

jest.setTimeout(120_000);

// One stack and one browser for all of it: the parts are files of their own, and this runs them.
let site: Site;

beforeAll(async () => {
  site = await Site.open();
});
afterEach(async () => {
  // Neither an error, nor anything that the policy had to forbid.
  expect(await site.empty()).toEqual([]);
});
afterAll(() => site?.close());

for (const part of [
  rooms,
  talking,
  composing,
  safety,
  access,
  scrolling,
  example,
  tokens,
  trouble,
  development,
]) {
  part(() => site);
}
