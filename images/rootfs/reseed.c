/*
 * Gives the kernel's random number generator new entropy from standard input, and makes it take it up at once.
 * For machines that start from a saved state: without it all of them would draw the same keys.
 *
 * Writing to /dev/urandom would not do: the kernel draws from what was written only at its next reseeding, up to a minute
 * later. Without a C library, as the machine's user waits for it: the same in Perl takes seconds on an emulated processor
 * that has not compiled Perl yet.
 */

/* System calls of i386, and what they take (linux/random.h). */
enum { EXIT = 1, READ = 3, OPEN = 5, IOCTL = 54 };
enum { STDIN = 0, READ_WRITE = 2, ADD_ENTROPY = 0x40085203, RESEED = 0x5207 };

static struct {
	int bits;
	int length;
	char bytes[512];
} seed;

static int call(int number, int a, const void *b, int c)
{
	int result;
	__asm__ volatile("int $0x80" : "=a"(result) : "0"(number), "b"(a), "c"(b), "d"(c) : "memory");
	return result;
}

static int reseed(void)
{
	int random;
	seed.length = call(READ, STDIN, seed.bytes, sizeof seed.bytes);
	if (seed.length <= 0)
		return 1;
	seed.bits = seed.length * 8;
	random = call(OPEN, (int)"/dev/random", (void *)READ_WRITE, 0);
	if (random < 0)
		return 2;
	if (call(IOCTL, random, (void *)ADD_ENTROPY, (int)&seed) < 0)
		return 3;
	return call(IOCTL, random, (void *)RESEED, 0) < 0 ? 4 : 0;
}

void _start(void)
{
	call(EXIT, reseed(), 0, 0);
	__builtin_unreachable();
}
