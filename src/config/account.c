/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config/account.h"

#include <errno.h>
#include <grp.h>
#include <pthread.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/parse.h"
#include "base/text.h"

enum { ENTRY_MIN = 4096, ENTRY_MAX = 16 * 1024 * 1024 };

/* An entry of the user database and the bytes that it points to. */
struct entry {
	char *bytes;
	size_t size;
	struct passwd user;
	struct group group;
	bool failed; /* the database did not answer, so the account may exist */
};

static void entry_done(struct entry *entry)
{
	free(entry->bytes);
}

#define _cleanup_entry_ _cleanup_(entry_done)

const char *account_noun(enum account_kind kind)
{
	return kind == ACCOUNT_USER ? "user" : "group";
}

static bool is_number(const char *word, uint32_t *ret_number)
{
	uint64_t number;

	/* 4294967295 is (uid_t)-1, which to chown(2) means no change. */
	if (parse_u64(word, 0, ACCOUNT_NONE - 1, &number) < 0)
		return false;
	*ret_number = (uint32_t)number;
	return true;
}

/* "1000-1999", which no system gives as a name. */
static bool is_range(const char *word)
{
	size_t from = strspn(word, "0123456789");

	return from > 0 && word[from] == '-' && word[from + 1] &&
	       word[from + 1 + strspn(word + from + 1, "0123456789")] == '\0';
}

int account_check(const char *word, enum account_kind kind, struct slicectl_error *error)
{
	const char *digits = *word == '+' ? word + 1 : word;
	bool numeric = digits[strspn(digits, "0123456789")] == '\0';
	uint32_t number;

	if (numeric ? is_number(digits, &number) :
		      *word != '+' && *word != '-' && *word != '@' && !strpbrk(word, ":,/*?! \t") &&
			      !is_range(word))
		return 0;
	return error_set(error, EINVAL,
			 numeric ? "'%s' is not the number of a %s; the largest is 4294967294" :
				   "'%s' is neither the name nor the number of a %s",
			 TEXT_ESCAPE(word), account_noun(kind));
}

static bool entry_grow(struct entry *entry)
{
	size_t size = entry->size ? entry->size * 2 : ENTRY_MIN;
	char *grown = size <= ENTRY_MAX ? realloc(entry->bytes, size) : NULL;

	if (!grown)
		return false;
	entry->bytes = grown;
	entry->size = size;
	return true;
}

/* The numbers with which a database says that it has no such account; see getpwnam_r(3). */
static bool is_failure(int r)
{
	return r != 0 && r != ENOENT && r != ESRCH && r != EBADF && r != EPERM;
}

/* By @name, or by @number when @name is NULL. */
static bool find_user(struct entry *entry, const char *name, uint32_t number)
{
	struct passwd *found = NULL;
	int r = ERANGE;

	while (r == ERANGE && entry_grow(entry))
		r = name ? getpwnam_r(name, &entry->user, entry->bytes, entry->size, &found) :
			   getpwuid_r(number, &entry->user, entry->bytes, entry->size, &found);
	entry->failed = is_failure(r);
	return r == 0 && found;
}

static bool find_group(struct entry *entry, const char *name, uint32_t number)
{
	struct group *found = NULL;
	int r = ERANGE;

	while (r == ERANGE && entry_grow(entry))
		r = name ? getgrnam_r(name, &entry->group, entry->bytes, entry->size, &found) :
			   getgrgid_r(number, &entry->group, entry->bytes, entry->size, &found);
	entry->failed = is_failure(r);
	return r == 0 && found;
}

static bool find(struct entry *entry, enum account_kind kind, const char *name, uint32_t number)
{
	return kind == ACCOUNT_USER ? find_user(entry, name, number) :
				      find_group(entry, name, number);
}

static void add_member(struct account *account, uint32_t uid)
{
	uint32_t *grown = reallocarray(account->members, account->n_members + 1, sizeof(*grown));

	if (!grown)
		return;
	account->members = grown;
	grown[account->n_members++] = uid;
}

/* The users that the group lists. */
static void add_listed(struct account *account, const struct entry *entry)
{
	for (char **name = entry->group.gr_mem; *name; name++) {
		_cleanup_entry_ struct entry member = { 0 };

		if (find_user(&member, *name, 0))
			add_member(account, member.user.pw_uid);
		account->open = account->open || member.failed;
	}
}

/* The process has one position in the list of users, so one thread reads it at a time. */
static pthread_mutex_t user_list_lock = PTHREAD_MUTEX_INITIALIZER;

/* The users whose primary group it is, as far as the user database lists its users. */
static void add_primary(struct account *account)
{
	_cleanup_entry_ struct entry each = { 0 };
	struct passwd *user;
	int r = entry_grow(&each) ? 0 : ENOMEM;

	(void)pthread_mutex_lock(&user_list_lock);
	setpwent();
	while (r == 0 || (r == ERANGE && entry_grow(&each))) {
		r = getpwent_r(&each.user, each.bytes, each.size, &user);
		if (r == 0 && user->pw_gid == account->id)
			add_member(account, user->pw_uid);
	}
	endpwent();
	(void)pthread_mutex_unlock(&user_list_lock);
	account->open = account->open || is_failure(r);
}

static void take_entry(struct account *account, const struct entry *entry)
{
	account->known = true;
	account->open = false;
	account->id = account->kind == ACCOUNT_USER ? entry->user.pw_uid : entry->group.gr_gid;
	if (account->kind == ACCOUNT_USER)
		account->primary = entry->user.pw_gid;
	if (account->kind == ACCOUNT_MEMBER) {
		add_listed(account, entry);
		add_primary(account);
	}
}

/* A number is known in any case.  Without an account of that number it may become a name, when
 * a directory service answers. */
static void take_number(struct account *account, const char *digits)
{
	_cleanup_entry_ struct entry entry = { 0 };

	if (!is_number(digits, &account->id))
		return;
	account->known = true;
	if (find(&entry, account->kind, NULL, account->id))
		take_entry(account, &entry);
	else
		account->open = digits == account->word;
}

/* Everywhere the same, so that no directory service is needed for it. */
static bool is_root(const struct account *account)
{
	return account->kind != ACCOUNT_MEMBER && text_equal(account->word, "root");
}

void account_ask(struct account *account)
{
	_cleanup_entry_ struct entry entry = { 0 }, other = { 0 };
	uint32_t number;

	account_forget(account);
	account->answered = true;
	if (is_root(account)) {
		account->known = true;
		account->open = false;
		account->id = 0;
		if (account->kind == ACCOUNT_USER)
			account->primary = 0;
	} else if (*account->word == '+') {
		take_number(account, account->word + 1);
	} else if (find(&entry, account->kind, account->word, 0)) {
		take_entry(account, &entry);
		account->ambiguous = is_number(account->word, &number) && number != account->id &&
				     find(&other, account->kind, NULL, number);
	} else {
		take_number(account, account->word);
	}
}

void account_forget(struct account *account)
{
	free(account->members);
	*account = (struct account){ .kind = account->kind,
				     .word = account->word,
				     .open = true,
				     .id = ACCOUNT_NONE,
				     .primary = ACCOUNT_NONE };
}
