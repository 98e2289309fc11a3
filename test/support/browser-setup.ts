// What vite.config.ts puts in. Vitest does it for tests outside browsers only.
Object.assign(globalThis, { __BUILD_ID__: 'test', __ORIGINS__: null });
