import { Packaged, variants } from '../helpers/packaged.ts';
import { artifactTests } from './artifact.ts';
import { keepingTests } from './data-protection.ts';
import { secretTests } from './secrets.ts';
import { templateTests } from './template.ts';

jest.setTimeout(60_000);

const dev = new Packaged();

/** As somebody else packages it, elsewhere, who has an account. */
const everything = new Packaged(dev.folder);
const credentials = {
  AWS_ACCESS_KEY_ID: 'who-packages-it',
  AWS_SECRET_ACCESS_KEY: 'what-only-they-know',
  AWS_SESSION_TOKEN: 'what-they-were-given',
};

beforeAll(async () => {
  await dev.make(variants.dev);
  everything.litter();
  const umask = process.umask(0o077);
  const locale = { TZ: 'Asia/Tokyo', LC_ALL: 'ja_JP.UTF-8' };
  try {
    await everything.make(variants.everything, { ...credentials, ...locale });
  } finally {
    process.umask(umask);
  }
});
afterAll(() => dev.remove());

describe('sls package', () => {
  artifactTests(dev, everything);
  templateTests(dev);
  keepingTests({ dev, production: everything });
  secretTests(everything, Object.values(credentials));

  it('refuses a production that nobody has said who may come to, in plain words', async () => {
    await dev.refuse(
      { stage: 'production', params: [] },
      'The stage production asks for tokens, and nobody is named who signs them.',
    );
  });
});
