import { say } from '../process/say.ts';
import { install, isExecutable, mayInstall } from './debian.ts';
import { SetupError } from './setup-error.ts';

const CANDIDATES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome-stable'];

/**
 * What test browsers go without. A second `--disable-features` takes the place of the first, so those that Playwright
 * turns off for the sake of tests stand here, too (its chromiumSwitches.ts says why).
 */
const DISABLED_FEATURES: readonly string[] = [
  // Two pages of the browser's own, behind its address bar: with each start a second of processor time, for nobody.
  'WebUIOmniboxPopup',
  'WebUIOmniboxAimPopup',
  'AimEnabled',
  'AvoidCorsURLLoaderRestartOnRedirect',
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsFirstBalancedModeAutoEnable',
  'HttpsUpgrades',
  'LensOverlay',
  'MediaRouter',
  'NetworkTimeServiceQuerying',
  'OptimizationHints',
  'PaintHolding',
  'PreconnectToSearch',
  'ThirdPartyStoragePartitioning',
];

/**
 * Flags for test browsers: they run as root in containers, without a GPU, and ask no host of the vendor for anything.
 * `--headless` is Playwright's own.
 */
export const CHROMIUM_ARGUMENTS: readonly string[] = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  `--disable-features=${DISABLED_FEATURES.join(',')}`,
];

/** Where the tests' browser is: `CHROMIUM` of the environment, or the first that is installed, or where Debian puts it. */
export function chromiumPath(): string {
  return process.env['CHROMIUM'] ?? CANDIDATES.find(isExecutable) ?? '/usr/bin/chromium';
}

/**
 * Makes sure that there is a Chromium, through apt-get where this process may.
 * @throws SetupError when there is none and it cannot be installed
 */
export async function ensureChromium(): Promise<void> {
  if (isExecutable(chromiumPath())) return;
  const named = process.env['CHROMIUM'];
  if (named !== undefined) throw new SetupError(`CHROMIUM names ${named}, which is not a program.`);
  if (!mayInstall()) throw new SetupError(MISSING);
  say('Installing Chromium for the tests (apt-get install chromium) …');
  await install(['chromium', 'fonts-dejavu-core']);
  if (!isExecutable(chromiumPath())) throw new SetupError(MISSING);
}

const MISSING =
  'The tests need Chromium: install it (Debian: sudo apt-get install chromium), or name one in the environment variable CHROMIUM.';
