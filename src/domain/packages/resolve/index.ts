/** From what is wanted to a plan: rules of Policy as clauses, a search that chooses as apt does, dpkg's order, words. */
export { explanationOf } from './explain.ts';
export { resolve } from './resolve.ts';
export type { ResolveRequest } from './request.ts';
export type { Explanation, Plan, PlannedPackage, Problem, RemovedPackage, Step } from './plan.ts';
