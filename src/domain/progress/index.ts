/** How far a transfer is and how fast. Not here: clocks. */
export { RateMeter, type Measured } from './rate-meter.ts';
