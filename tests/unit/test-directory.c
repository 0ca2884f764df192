/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cgroup/directory.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "test.h"
#include "tree.h"

/* The code or 0. */
static int code_of(const struct tree *tree, const char *path)
{
	_cleanup_close_ int fd = directory_open(tree->fd, path);

	return fd < 0 ? fd : 0;
}

static void paths_are_opened_below_the_base(void)
{
	_cleanup_tree_ struct tree tree = tree_new();
	_cleanup_close_ int parent = -1;
	const char *name = "";

	tree_mkdir(&tree, "a.slice/b.scope");
	CHECK_INT(code_of(&tree, ""), 0);
	CHECK_INT(code_of(&tree, "a.slice"), 0);
	CHECK_INT(code_of(&tree, "a.slice/b.scope"), 0);
	CHECK_INT(code_of(&tree, "a.slice/c.scope"), -ENOENT);
	parent = directory_open_parent(tree.fd, "a.slice/b.scope", &name);
	CHECK(parent >= 0);
	CHECK_TEXT(name, "b.scope");
	CHECK_INT(faccessat(parent, "b.scope", F_OK, 0), 0);
}

/* Names are checked before; the kernel is asked all the same. */
static void no_path_leads_out_of_the_base(void)
{
	_cleanup_tree_ struct tree tree = tree_new();

	tree_mkdir(&tree, "a.slice/b.scope");
	tree_mkdir(&tree, "base/x");
	CHECK_INT(symlinkat("a.slice", tree.fd, "link"), 0);
	CHECK_INT(symlinkat("/", tree.fd, "a.slice/root"), 0);
	CHECK_INT(symlinkat("/proc/self/root", tree.fd, "magic"), 0);
	CHECK_INT(code_of(&tree, "link"), -ENOTDIR); /* a link is not a directory */
	CHECK_INT(code_of(&tree, "link/b.scope"), -ELOOP);
	CHECK_INT(code_of(&tree, "a.slice/root/tmp"), -ELOOP);
	CHECK_INT(code_of(&tree, "magic/tmp"), -ELOOP);
	CHECK_INT(code_of(&tree, ".."), -EXDEV);
	CHECK_INT(code_of(&tree, "a.slice/../../x"), -EXDEV);
	CHECK_INT(code_of(&tree, "/tmp"), -EXDEV);
}

TEST_MAIN("directory", CASE(paths_are_opened_below_the_base), CASE(no_path_leads_out_of_the_base))
