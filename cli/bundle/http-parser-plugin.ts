import { readFile } from 'node:fs/promises';
import type { Plugin } from 'vite';

const MODULE = /\/undici\/lib\/llhttp\/llhttp-wasm\.js(?:\?|$)/;
const BASE64 = /'(AGFzbQ[\w+/=]+)'/;

/**
 * llhttp comes as a CommonJS module for Node that gives a Buffer. Browsers get a module with the same bytes instead, in the
 * bundle itself: what speaks to a guest has to work with no network.
 */
export function httpParserPlugin(): Plugin {
  return {
    name: 'portolan:http-parser',
    enforce: 'pre',
    // Vite's development server would bundle the package as it is.
    config: () => ({ optimizeDeps: { exclude: ['undici'] } }),
    load: async (id) => {
      if (!MODULE.test(id)) return null;
      const base64 = BASE64.exec(await readFile(id.replace(/\?.*$/, ''), 'utf8'))?.[1];
      if (base64 === undefined) throw new Error(`there is no WebAssembly in ${id}`);
      return `export default Uint8Array.from(atob('${base64}'), (character) => character.charCodeAt(0));`;
    },
  };
}
