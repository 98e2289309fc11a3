import type { Plugin } from 'vite';

/**
 * Lets code that asks for `import.meta` run in a classic script, where the words alone are a syntax error. Service
 * workers are classic: not every browser takes modules for them.
 */
export function classicScriptPlugin(): Plugin {
  return {
    name: 'portolan:classic-script',
    enforce: 'post',
    renderChunk: (code) => ({ code: code.replaceAll('import.meta', '({url:self.location.href})'), map: null }),
  };
}
