/** The page: puts the parts together. */
import { mount } from '#ui/index.tsx';
import { PagePortolan } from './portolan.ts';
import { PageShell } from './shell.ts';
import { publish } from './window.ts';

/**
 * Most milliseconds that the page stands as index.html has it; longer would look like a page that does not answer. At a
 * machine's address the answer is that machine, or that there is none, and both take knowing all of them.
 */
const FIRST_PAINT_MS = location.hash.startsWith('#/machine/') ? 3000 : 300;

const shell = new PageShell();
const portolan = new PagePortolan(new URL('.', document.baseURI).href);
const root = document.getElementById('app');
publish(portolan);

void portolan.storageLimitation().then((limitation) => limitation && shell.limit(limitation));
void shell.connectServiceWorker(new URL('sw.js', document.baseURI).href, {
  onSourceNews: (news) => portolan.hear(news),
  quiet: () => portolan.quiet(),
});
const suspended = portolan.begin().catch((error: unknown) => shell.report(error));

// With the user's machines in their place nothing shifts, and no machine's address is called unknown.
await Promise.race([suspended, new Promise((resolve) => setTimeout(resolve, FIRST_PAINT_MS))]);
if (root) mount(root, { portolan, shell });
