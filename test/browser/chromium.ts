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
 * Starts a Chromium: that of `CHROME_PATH`, or the one from npm, which is for Linux on x64, or an
 * installed Chrome. Says plainly what to do where there is none.
 */
export async function launchBrowser(): Promise<Browser> {
  try {
    return await chromium.launch(launchOptions());
  } catch (cause) {
    const advice =
      'The browser tests need a Chromium. Set CHROME_PATH to an installed Chrome or Chromium.';
    throw new Error(`${advice}\n${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}

function launchOptions(): LaunchOptions {
  const executablePath = process.env['CHROME_PATH'];
  if (executablePath) return { executablePath };
  const isFromNpm = process.platform === 'linux' && process.arch === 'x64';
  return isFromNpm ? npmLaunchOptions() : { channel: 'chrome' };
}

/** The one from npm brings all that it needs beside the C library: libraries, and a font. */
function npmLaunchOptions(): LaunchOptions {
  const folder = unpackChromium();
  const env = {
    ...process.env,
    LD_LIBRARY_PATH: join(folder, 'al2023/lib'),
    FONTCONFIG_FILE: join(folder, 'fonts.conf'),
  };
  return { executablePath: join(folder, 'chromium'), env };
}

/** Unpacks it, which takes some seconds, once for each installation. */
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
  // It unpacks to where temporary files go.
  const env = { ...process.env, TMPDIR: temporaryFolder };
  execFileSync(process.execPath, ['--input-type=module', '--eval', script], { env });
  writeFileSync(join(temporaryFolder, 'fonts.conf'), fontConfig(folder));
  // Another run may have been faster.
  if (existsSync(folder)) rmSync(temporaryFolder, { recursive: true });
  else renameSync(temporaryFolder, folder);
  return folder;
}

/** Where fonts are: what the machine says, if it does, and the one that came along. */
const fontConfig = (folder: string) => `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>${folder}/fonts</dir>
  <cachedir>${folder}/fonts-cache</cachedir>
</fontconfig>
`;
