/**
 * Many tabs: which of them runs a machine (Web Locks), how the others hear of it, watch it and take it over. Not here: how
 * a machine is run by the tab that has it (../machine.ts).
 */
export { MachineList } from './machine-list.ts';
