import { PackagedStack, variants } from '../helpers/packaged.ts';
import { defineArtifactTests } from './artifact.ts';
import { defineDataProtectionTests } from './data-protection.ts';
import { defineSecretTests } from './secrets.ts';
import { defineTemplateTests } from './template.ts';

jest.setTimeout(60_000);

const dev = new PackagedStack();

/** The package of another operator, in another folder, with AWS credentials. */
const everything = new PackagedStack(dev.folder);
const credentials = {
  AWS_ACCESS_KEY_ID: 'access-key-of-the-operator',
  AWS_SECRET_ACCESS_KEY: 'secret-key-of-the-operator',
  AWS_SESSION_TOKEN: 'session-token-of-the-operator',
};

beforeAll(async () => {
  await dev.build(variants.dev);
  everything.leaveStaleChunk();
  const umask = process.umask(0o077);
  const locale = { TZ: 'Asia/Tokyo', LC_ALL: 'ja_JP.UTF-8' };
  try {
    await everything.build(variants.everything, { ...credentials, ...locale });
  } finally {
    process.umask(umask);
  }
});
afterAll(() => dev.remove());

describe('sls package', () => {
  defineArtifactTests(dev, everything);
  defineTemplateTests(dev);
  defineDataProtectionTests({ dev, production: everything });
  defineSecretTests(everything, Object.values(credentials));

  it('[SEC-007] rejects a production stage without an issuer or a secret', async () => {
    await dev.expectRefused(
      { stage: 'production', params: [] },
      'Stage production uses auth=jwt, but neither issuer nor secretParameter is set.',
    );
  });
});
