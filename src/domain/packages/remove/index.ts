/** Taking packages away from a machine: what goes along, what stops, and what the user has installed. Not here: doing it. */
export {
  proposeRemoval,
  type Leaving,
  type RemovalProposal,
  type RemovalRequest,
  type ServiceNeeds,
} from './propose-removal.ts';
export { userPackages, type UserPackage } from './user-packages.ts';
