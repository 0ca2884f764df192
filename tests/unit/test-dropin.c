/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config/dropin.h"

#include <sys/stat.h>

#include "base/text.h"
#include "config/words.h"
#include "tree.h"
#include "test.h"

static const char *const directories[] = { "/usr", "/etc", "/run" };

static char **list(const struct tree *tree)
{
	char **files = NULL;

	CHECK_INT(dropin_list(tree->path, directories, ELEMENTS(directories), &files), 0);
	return files;
}

static void link_to(const struct tree *tree, const char *target, const char *path)
{
	tree_write(tree, path, ""); /* makes the directories */
	CHECK_INT(unlinkat(tree->fd, path, 0), 0);
	CHECK_INT(symlinkat(target, tree->fd, path), 0);
}

/* Path of the file at index @i, relative to the tree. */
static const char *at(const struct tree *tree, char *const *files, size_t i)
{
	CHECK_FATAL(i < words_count(files));
	CHECK(text_starts_with(files[i], tree->path));
	return files[i] + strlen(tree->path) + 1;
}

static void no_directories_give_no_files(void)
{
	_cleanup_tree_ struct tree tree = tree_new();
	_cleanup_words_ char **files = list(&tree);

	CHECK_INT(words_count(files), 0);
}

static void files_are_sorted_over_all_directories(void)
{
	_cleanup_tree_ struct tree tree = tree_new();
	_cleanup_words_ char **files = NULL;

	tree_write(&tree, "run/slicectl.conf.d/20-b.conf", "");
	tree_write(&tree, "usr/slicectl.conf.d/30-c.conf", "");
	tree_write(&tree, "etc/slicectl.conf.d/10-a.conf", "");
	tree_write(&tree, "usr/slicectl.conf.d/9-z.conf", ""); /* by bytes, not by number */
	files = list(&tree);
	CHECK_INT(words_count(files), 4);
	CHECK_TEXT(at(&tree, files, 0), "etc/slicectl.conf.d/10-a.conf");
	CHECK_TEXT(at(&tree, files, 1), "run/slicectl.conf.d/20-b.conf");
	CHECK_TEXT(at(&tree, files, 2), "usr/slicectl.conf.d/30-c.conf");
	CHECK_TEXT(at(&tree, files, 3), "usr/slicectl.conf.d/9-z.conf");
}

static void the_last_directory_wins(void)
{
	_cleanup_tree_ struct tree tree = tree_new();
	_cleanup_words_ char **files = NULL;

	tree_write(&tree, "usr/slicectl.conf.d/a.conf", "");
	tree_write(&tree, "etc/slicectl.conf.d/a.conf", "");
	tree_write(&tree, "run/slicectl.conf.d/a.conf", "");
	tree_write(&tree, "usr/slicectl.conf.d/b.conf", "");
	tree_write(&tree, "etc/slicectl.conf.d/b.conf", "");
	files = list(&tree);
	CHECK_INT(words_count(files), 2);
	CHECK_TEXT(at(&tree, files, 0), "run/slicectl.conf.d/a.conf");
	CHECK_TEXT(at(&tree, files, 1), "etc/slicectl.conf.d/b.conf");
}

static void a_link_to_dev_null_masks_earlier_directories(void)
{
	_cleanup_tree_ struct tree tree = tree_new();
	_cleanup_words_ char **files = NULL;

	tree_write(&tree, "usr/slicectl.conf.d/masked.conf", "");
	link_to(&tree, "/dev/null", "etc/slicectl.conf.d/masked.conf");
	/* A later directory overrides the mask of an earlier one. */
	link_to(&tree, "/dev/null", "usr/slicectl.conf.d/unmasked.conf");
	tree_write(&tree, "run/slicectl.conf.d/unmasked.conf", "");
	/* Other links are listed; opening them is refused later. */
	link_to(&tree, "/dev/null-and-a-longer-name", "etc/slicectl.conf.d/x.conf");
	link_to(&tree, "/dev/nul", "etc/slicectl.conf.d/y.conf");
	files = list(&tree);
	CHECK_INT(words_count(files), 3);
	CHECK_TEXT(at(&tree, files, 0), "run/slicectl.conf.d/unmasked.conf");
	CHECK_TEXT(at(&tree, files, 1), "etc/slicectl.conf.d/x.conf");
	CHECK_TEXT(at(&tree, files, 2), "etc/slicectl.conf.d/y.conf");
}

static void masking_everything_gives_no_files(void)
{
	_cleanup_tree_ struct tree tree = tree_new();
	_cleanup_words_ char **files = NULL;

	link_to(&tree, "/dev/null", "etc/slicectl.conf.d/a.conf");
	link_to(&tree, "/dev/null", "run/slicectl.conf.d/b.conf");
	files = list(&tree);
	CHECK_INT(words_count(files), 0);
}

static void other_files_are_ignored(void)
{
	_cleanup_tree_ struct tree tree = tree_new();
	_cleanup_words_ char **files = NULL;

	tree_write(&tree, "etc/slicectl.conf.d/README", "");
	tree_write(&tree, "etc/slicectl.conf.d/a.conf~", "");
	tree_write(&tree, "etc/slicectl.conf.d/a.conf.dpkg-old", "");
	tree_write(&tree, "etc/slicectl.conf.d/.hidden.conf", "");
	tree_write(&tree, "etc/slicectl.conf", "");
	files = list(&tree);
	CHECK_INT(words_count(files), 0);
}

TEST_MAIN("dropin", CASE(no_directories_give_no_files), CASE(files_are_sorted_over_all_directories),
	  CASE(the_last_directory_wins), CASE(a_link_to_dev_null_masks_earlier_directories),
	  CASE(masking_everything_gives_no_files), CASE(other_files_are_ignored))
