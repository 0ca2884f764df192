/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Calls itself "harmless" by its first instructions, and sleeps until it is killed.  With a C library
 * it would first be linked, which takes longer on a slow machine than slicectld can know of. */

#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

void _start(void);

static long call(long number, long a, const void *b, long c)
{
#if defined(__x86_64__)
	long r;
	register long zero __asm__("r10") = 0;

	__asm__ volatile("syscall"
			 : "=a"(r)
			 : "a"(number), "D"(a), "S"(b), "d"(c), "r"(zero)
			 : "rcx", "r11", "memory");
	return r;
#elif defined(__aarch64__)
	register long x8 __asm__("x8") = number, x0 __asm__("x0") = a, x2 __asm__("x2") = c,
			 x3 __asm__("x3") = 0;
	register const void *x1 __asm__("x1") = b;

	__asm__ volatile("svc #0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3) : "memory");
	return x0;
#else
	__builtin_trap();
#endif
}

void _start(void)
{
	static const char name[] = "harmless";

	(void)call(SYS_prctl, PR_SET_NAME, name, 0);
	for (;;)
		(void)call(SYS_ppoll, 0, NULL, 0);
}
