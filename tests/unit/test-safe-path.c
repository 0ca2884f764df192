/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/safe_path.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "test.h"
#include "tree.h"

static int open_parent(const struct tree *tree, const char *path, char name[32])
{
	_cleanup_free_ char *whole = NULL;
	const char *last;
	int fd;

	CHECK_FATAL(asprintf(&whole, "%s/%s", tree->path, path) > 0);
	fd = safe_path_open_parent(whole, &last);
	if (fd >= 0)
		(void)snprintf(name, 32, "%s", last);
	return fd;
}

/* Whether the directory that contains @path is @expected. */
static void check_parent(const struct tree *tree, const char *path, const char *expected)
{
	_cleanup_free_ char *directory = NULL;
	char name[32] = "";
	_cleanup_close_ int fd = open_parent(tree, path, name);
	struct stat opened = { 0 }, wanted = { .st_ino = 1 };

	CHECK_FATAL(asprintf(&directory, "%s/%s", tree->path, expected) > 0);
	CHECK(fd >= 0 && fstat(fd, &opened) == 0 && stat(directory, &wanted) == 0);
	CHECK(opened.st_ino == wanted.st_ino && opened.st_dev == wanted.st_dev);
	CHECK_TEXT(name, strrchr(path, '/') + 1);
}

static void link_to(const struct tree *tree, const char *path, const char *target)
{
	_cleanup_free_ char *whole = NULL;

	CHECK_FATAL(asprintf(&whole, "%s/%s", tree->path, path) > 0);
	CHECK_INT(symlink(target, whole), 0);
}

static void give(const struct tree *tree, const char *path, uid_t uid)
{
	_cleanup_free_ char *whole = NULL;

	CHECK_FATAL(asprintf(&whole, "%s/%s", tree->path, path) > 0);
	CHECK_INT(lchown(whole, uid, uid), 0);
}

static void links_of_ones_own_are_followed(void)
{
	_cleanup_tree_ struct tree tree = tree_new();
	_cleanup_free_ char *target = NULL;
	char name[32];

	tree_write(&tree, "a/b/x", "");
	link_to(&tree, "relative", "a/b");
	link_to(&tree, "a/up", "../relative");
	CHECK_FATAL(asprintf(&target, "%s/a", tree.path) > 0);
	link_to(&tree, "absolute", target);
	link_to(&tree, "circle", "circle");
	check_parent(&tree, "a/b/file", "a/b");
	check_parent(&tree, "relative/file", "a/b");
	check_parent(&tree, "a/up/../file", "a");
	check_parent(&tree, "absolute//./b/file", "a/b");
	CHECK_INT(open_parent(&tree, "circle/file", name), -ELOOP);
	CHECK_INT(open_parent(&tree, "none/file", name), -ENOENT);
	CHECK_INT(open_parent(&tree, "a/b/x/file", name), -ENOTDIR);
	CHECK_INT(open_parent(&tree, "a/b/", name), -EISDIR);
}

static void a_user_leads_nobody_elsewhere(void)
{
	_cleanup_tree_ struct tree tree = tree_new();
	char name[32];

	if (geteuid() != 0)
		return; /* only root can give files away */
	tree_write(&tree, "root/x", "");
	tree_write(&tree, "user/own/x", "");
	tree_write(&tree, "user/foreign/x", "");
	link_to(&tree, "user/link", "../root");
	link_to(&tree, "user/inside", "own");
	link_to(&tree, "of-user", "root");
	link_to(&tree, "of-root", "user/own");
	give(&tree, "user", 65533);
	give(&tree, "user/own", 65533);
	give(&tree, "user/foreign", 65532);
	give(&tree, "user/link", 65533);
	give(&tree, "user/inside", 65533);
	give(&tree, "of-user", 65533);
	check_parent(&tree, "user/file", "user");
	check_parent(&tree, "user/own/file", "user/own");
	check_parent(&tree, "user/inside/file", "user/own");
	check_parent(&tree, "of-root/file", "user/own");
	CHECK_INT(open_parent(&tree, "user/link/file", name), -ENOLINK);
	CHECK_INT(open_parent(&tree, "user/foreign/file", name), -ENOLINK);
	CHECK_INT(open_parent(&tree, "of-user/file", name), -ENOLINK);
}

TEST_MAIN("safe-path", CASE(links_of_ones_own_are_followed), CASE(a_user_leads_nobody_elsewhere))
