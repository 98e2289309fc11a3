import { firstLineOf, runCommand } from './run-command.ts';

/** A small program without libraries, and without what would differ between two builds. */
const OPTIONS =
  '-m32 -march=i686 -Os -Wall -Wextra -Werror -ffreestanding -nostdlib -static -fno-pie -no-pie -fno-stack-protector ' +
  '-fcf-protection=none -fno-asynchronous-unwind-tables -Wl,--build-id=none -Wl,-z,noseparate-code -s';

/** Compiles a program of one file, which brings its own `_start`, for the guest. @throws BuildError */
export async function compileGuestProgram(source: string, target: string): Promise<void> {
  await runCommand(['gcc', ...OPTIONS.split(' '), '-o', target, source]);
}

/** What the compiler and its options are, as far as programs depend on them. @throws BuildError */
export async function compilerInputs(): Promise<readonly string[]> {
  const [compiler, linker] = await Promise.all([firstLineOf(['gcc', '--version']), firstLineOf(['ld', '--version'])]);
  return [compiler, linker, OPTIONS];
}
