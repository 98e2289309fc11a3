import { engineContract } from './engine.ts';
import { V86_IN_NODE, v86InNode } from './v86-in-node.ts';

engineContract(V86_IN_NODE, await v86InNode());
