import { savedMachinesContract } from './engine.ts';
import { V86_IN_NODE, v86InNode } from './v86-in-node.ts';

savedMachinesContract(V86_IN_NODE, await v86InNode());
