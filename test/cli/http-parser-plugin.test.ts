import { fileURLToPath } from 'node:url';
import { build, type Rollup } from 'vite';
import { expect, it } from 'vitest';
import { httpParserPlugin } from '../../cli/bundle/http-parser-plugin.ts';

it('a bundle for browsers has the HTTP parser within it, and asks for nothing of Node', async () => {
  const entry = fileURLToPath(new URL('../../src/gateway/http/llhttp.ts', import.meta.url));
  const results = await build({
    configFile: false,
    logLevel: 'silent',
    plugins: [httpParserPlugin()],
    build: { write: false, minify: true, lib: { entry, formats: ['es'] } },
  });
  const [output] = [results].flat() as Rollup.RollupOutput[];
  expect(output!.output).toHaveLength(1);
  const { code, imports } = output!.output[0];
  expect(imports).toEqual([]);
  expect(code).not.toContain('node:');
  const loaded: { loadLlhttp(): Promise<unknown> } = await import(
    `data:text/javascript;base64,${Buffer.from(code).toString('base64')}`
  );
  expect(await loaded.loadLlhttp()).toHaveProperty('execute');
});
