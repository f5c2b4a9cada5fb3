import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { type Browser, chromium, type LaunchOptions } from 'playwright-core';

const cache = resolve('node_modules/.cache');

/**
 * Starts the Chromium in `CHROME_PATH`. The default is the one from npm on Linux x64, and an
 * installed Chrome elsewhere. The error says what to do if there is none.
 */
export async function launchBrowser(): Promise<Browser> {
  try {
    return await chromium.launch(launchOptions());
  } catch (cause) {
    const advice =
      'Chromium does not start. Set CHROME_PATH to the path of an installed Chrome or Chromium.';
    throw new Error(`${advice}\n${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}

function launchOptions(): LaunchOptions {
  const executablePath = process.env['CHROME_PATH'];
  if (executablePath) return { executablePath };
  const isFromNpm = process.platform === 'linux' && process.arch === 'x64';
  return isFromNpm ? npmLaunchOptions() : { channel: 'chrome' };
}

/** The Chromium from npm includes a font and all libraries that it needs, except the C library. */
function npmLaunchOptions(): LaunchOptions {
  const folder = unpackChromium();
  const env = {
    ...process.env,
    LD_LIBRARY_PATH: join(folder, 'al2023/lib'),
    FONTCONFIG_FILE: join(folder, 'fonts.conf'),
  };
  return { executablePath: join(folder, 'chromium'), env };
}

/** Unpacks the Chromium from npm once for each installation. It takes some seconds. */
function unpackChromium(): string {
  const manifest = readFileSync('node_modules/@sparticuz/chromium/package.json', 'utf8');
  const folder = join(cache, `chromium-${JSON.parse(manifest).version}`);
  if (existsSync(folder)) return folder;
  mkdirSync(cache, { recursive: true });
  const temporaryFolder = mkdtempSync(join(cache, 'chromium-'));
  const script = `
    import { inflate } from '@sparticuz/chromium';
    const packed = 'node_modules/@sparticuz/chromium/bin/';
    await Promise.all(['chromium.br', 'al2023.tar.br', 'fonts.tar.br'].map((name) => inflate(packed + name)));`;
  // The package unpacks to the folder of temporary files.
  const env = { ...process.env, TMPDIR: temporaryFolder };
  execFileSync(process.execPath, ['--input-type=module', '--eval', script], { env });
  writeFileSync(join(temporaryFolder, 'fonts.conf'), fontConfig(folder));
  // Another run may have unpacked it in the meantime.
  if (existsSync(folder)) rmSync(temporaryFolder, { recursive: true });
  else renameSync(temporaryFolder, folder);
  return folder;
}

/** The configuration of fonts: those of the machine, if any, and the included one. */
const fontConfig = (folder: string) => `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>${folder}/fonts</dir>
  <cachedir>${folder}/fonts-cache</cachedir>
</fontconfig>
`;
