import type { OriginPair } from '#domain/http/index.ts';
import type { BuildInfo } from '#ports/build-info.ts';

declare const __BUILD_ID__: string;
declare const __ORIGINS__: OriginPair | null;

/** The build that this thread runs. The bundler puts the id in; raise `protocol` when a message changes its shape. */
export const BUILD: BuildInfo = { build: __BUILD_ID__, protocol: 1 };

/** Where the deployment that this build is for has its pages; undefined where they go by the rule of #domain/http. */
export const ORIGINS: OriginPair | undefined = __ORIGINS__ ?? undefined;
