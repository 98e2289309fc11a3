/** Links that pin a container's bytes. Not here: looking them up. */
export { formatShareLink, parseShareLink, type AppTarget, type ShareLink } from './share-link.ts';
