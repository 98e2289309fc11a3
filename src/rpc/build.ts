import type { BuildInfo } from '#ports/build-info.ts';

declare const __BUILD_ID__: string;

/** The build that this thread runs. The bundler puts the id in; raise `protocol` when a message changes its shape. */
export const BUILD: BuildInfo = { build: __BUILD_ID__, protocol: 1 };
