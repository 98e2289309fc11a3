/** True in `npm run test:full`, which repeats more of what `npm test` does, and has the slowest tests besides. */
export const IS_FULL = process.env['PORTOLAN_FULL'] === '1';
