/** Services of machines: programs that are run in the guest. Not here: what they are and what is printed (#domain/services). */
export { GuestServices } from './guest-services.ts';
