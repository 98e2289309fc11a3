/** What the tracer takes along that a production server never loads: compilers, tools of development, native code. */
const UNUSED = [
  'node_modules/{@img,caniuse-lite,postcss,semver,sharp,source-map-js}/**',
  'node_modules/next/dist/build/{swc,webpack}/**',
  'node_modules/next/dist/compiled/{amphtml-validator,babel-packages,crypto-browserify,edge-runtime}/**',
  'node_modules/next/dist/compiled/{next-devtools,postcss-preset-env,webpack}/**',
  'node_modules/next/dist/compiled/{@edge-runtime/primitives,@next/font}/**',
  'node_modules/next/dist/compiled/next-server/*.dev.js',
  'node_modules/next/dist/compiled/next-server/*{experimental,turbo}*',
  'node_modules/next/dist/server/capsize-font-metrics.json',
  'node_modules/react-dom/cjs/*.development.js',
  'node_modules/react/cjs/*.development.js',
];

/** A server of its own (`server.js`), with nothing in it that would have to be compiled for the machine. */
export default {
  output: 'standalone',
  outputFileTracingExcludes: { '*': UNUSED },
  // sharp is native code, and pictures are small.
  images: { unoptimized: true },
  poweredByHeader: false,
  eslint: { ignoreDuringBuilds: true },
  generateBuildId: () => 'portolan',
};
