/** The page: puts the parts together. */
import { mount } from '#ui/index.tsx';
import { PagePortolan } from './portolan.ts';
import { PageShell } from './shell.ts';
import { publish } from './window.ts';

const shell = new PageShell();
const portolan = new PagePortolan(new URL('catalog/catalog.json', document.baseURI).href);
const root = document.getElementById('app');

if (root) mount(root, { portolan, shell });
publish(portolan);

portolan.loadSuspended().catch((error: unknown) => shell.report(error));
void portolan.storageLimitation().then((limitation) => limitation && shell.limit(limitation));
void shell.connectServiceWorker(new URL('sw.js', document.baseURI).href, () => portolan.catalogChanged());
