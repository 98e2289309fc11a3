import type { Recipe } from './recipe.ts';

/** Debian with a shell, apt and an agent for the host: what the other containers build on. */
export const base: Recipe = {
  id: 'base',
  title: 'Debian base',
  summary: 'A small Debian 12 (bookworm) with a root shell, apt, networking tools and runit for services.',
  version: '12.3',
  tags: ['debian', 'bookworm', 'i386', 'shell'],
  packages: [
    'apt',
    'busybox-static',
    'ca-certificates',
    'iproute2',
    'mount',
    'procps',
    'qemu-guest-agent',
    'runit',
    // Without it apt satisfies init-system-helpers with usrmerge, which brings in the whole of Perl.
    'usr-is-merged',
  ],
  files: ['base'],
  memory: 256,
  disk: 1024,
  kernelCommandLine: 'root=/dev/sda rw rootfstype=ext4 console=ttyS0 quiet tsc=reliable random.trust_cpu=on',
  services: [
    { name: 'console', description: 'A root shell on the virtio console' },
    { name: 'qemu-ga', description: 'Runs commands for the host over the second serial port' },
  ],
  ports: [],
  // 2026-11-01T00:00:00Z
  epoch: 1_793_491_200,
  // The last 12 digits spell "portol".
  uuid: '00000000-0000-4000-8000-706f72746f6c',
};
