/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A directory of plain files that stands for /proc or cgroupfs.  Plain files
 * show what we write; what the kernel does is the business of tests/kernel. */

struct tree {
	char path[64];
	int fd;
};

struct tree tree_new(void);
void tree_done(struct tree *tree);

/* Makes the file and the directories above it. */
void tree_write(const struct tree *tree, const char *path, const char *text);
void tree_mkdir(const struct tree *tree, const char *path);

/* Text of a file, or "" when there is none; valid until the next call. */
const char *tree_read(const struct tree *tree, const char *path);

#define _cleanup_tree_ __attribute__((cleanup(tree_done)))
