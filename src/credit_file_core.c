/*
 * credit_file_core.c: merging, the packed and the text form, and measures of a credit file.
 *
 * Packed: the head, without parameters; varints unidentified, undated, number of accounts, number of inquiries; the accounts
 * by identifier, each as write_account() has it; the inquiries by day: day as a distance from the one before (the first
 * zigzag), length of the identifier, the identifier.
 */
#include <stdlib.h>

#include "credit_file_core.h"

#define HAS_KIND 1
#define HAS_OPENED 2
#define HAS_CLOSED 4
#define HAS_SHARE 8
#define HAS_HISTORY 16
#define IS_CONFLICTING 32

#define ROW_OF_ACCOUNT 0
#define ROW_OF_INQUIRY 1
#define ROW_UNIDENTIFIED 2
#define ROW_UNDATED 3

const char *const credit_file_role_words[] = {"unknown", "authorised_user", "guarantor", "joint", "sole", NULL};
const char *const credit_file_state_words[] = {"open", "closed", "adverse", NULL};

/* ---------- accounts and inquiries as bytes ---------- */

static int
compare_texts(const char *a, size_t na, const char *b, size_t nb)
{
	int			order = memcmp(a, b, na < nb ? na : nb);

	return order != 0 ? order : (na > nb) - (na < nb);
}

static int
compare_accounts(const void *a, const void *b)
{
	const CreditAccount *x = a;
	const CreditAccount *y = b;

	return compare_texts(x->id, x->id_length, y->id, y->id_length);
}

static int
compare_inquiries(const void *a, const void *b)
{
	const CreditInquiry *x = a;
	const CreditInquiry *y = b;

	if (x->day != y->day)
		return x->day < y->day ? -1 : 1;
	return compare_texts(x->id, x->id_length, y->id, y->id_length);
}

static void
write_text(ScoringBuffer *out, const char *text, uint32_t length)
{
	scoring_write_varint(out, length);
	scoring_write_bytes(out, text, length);
}

static void
write_account(ScoringBuffer *out, const CreditAccount *account)
{
	scoring_write_u8(out, (uint8_t) ((account->kind_length > 0 ? HAS_KIND : 0) | (account->opened != CREDIT_NONE ? HAS_OPENED : 0) |
									 (account->closed != CREDIT_NONE ? HAS_CLOSED : 0) | (account->share != CREDIT_NONE ? HAS_SHARE : 0) |
									 (account->history != NULL ? HAS_HISTORY : 0) | (account->conflicting ? IS_CONFLICTING : 0)));
	scoring_write_u8(out, (uint8_t) account->role);
	write_text(out, account->id, account->id_length);
	if (account->kind_length > 0)
		write_text(out, account->kind, account->kind_length);
	if (account->opened != CREDIT_NONE)
		scoring_write_varint(out, profile_zigzag(account->opened));
	if (account->closed != CREDIT_NONE)
		scoring_write_varint(out, profile_zigzag(account->closed));
	if (account->share != CREDIT_NONE)
		scoring_write_varint(out, (uint64_t) account->share);
	if (account->history != NULL)
	{
		scoring_write_varint(out, account->history_length);
		scoring_write_bytes(out, account->history, account->history_length);
	}
}

static bool
read_text(ScoringReader *reader, uint32_t least, uint32_t most, const char **text, uint32_t *length)
{
	uint64_t	varint = scoring_read_varint(reader);

	if (varint < least || varint > most)
		reader->bad = true;
	*length = reader->bad ? 0 : (uint32_t) varint;
	*text = (const char *) scoring_read_bytes(reader, *length);
	if (*text == NULL || memchr(*text, '\0', *length) != NULL)
		reader->bad = true;
	return !reader->bad;
}

static bool
read_day(ScoringReader *reader, int32_t *day)
{
	uint64_t	varint = scoring_read_varint(reader);

	if (reader->bad || varint > UINT32_MAX || !CALENDAR_IS_DAY(profile_unzigzag(varint)))
		reader->bad = true;
	else
		*day = (int32_t) profile_unzigzag(varint);
	return !reader->bad;
}

static bool
read_account(ScoringReader *reader, CreditAccount *out)
{
	uint8_t		flags = scoring_read_u8(reader);
	uint8_t		role = scoring_read_u8(reader);
	uint64_t	varint;

	memset(out, 0, sizeof(*out));
	out->opened = out->closed = out->share = CREDIT_NONE;
	if (flags >= 64 || role > CREDIT_SOLE)
		reader->bad = true;
	out->role = (CreditRole) role;
	out->conflicting = (flags & IS_CONFLICTING) != 0;
	if (!read_text(reader, 0, CREDIT_MAX_ACCOUNT, &out->id, &out->id_length) ||
		((flags & HAS_KIND) && !read_text(reader, 1, CREDIT_MAX_KIND, &out->kind, &out->kind_length)) ||
		((flags & HAS_OPENED) && !read_day(reader, &out->opened)) ||
		((flags & HAS_CLOSED) && !read_day(reader, &out->closed)))
		return false;
	if (flags & HAS_SHARE)
	{
		varint = scoring_read_varint(reader);
		if (varint > CREDIT_WHOLE)
			reader->bad = true;
		out->share = (int32_t) (varint & 0xffffff);
	}
	if (flags & HAS_HISTORY)
	{
		varint = scoring_read_varint(reader);
		if (varint == 0 || varint > scoring_reader_left(reader))
			reader->bad = true;
		else
		{
			out->history_length = (size_t) varint;
			out->history = scoring_read_bytes(reader, out->history_length);
		}
	}
	/* An account of the kind of inquiries is none. */
	if (out->kind_length == sizeof(CREDIT_INQUIRY) - 1 && memcmp(out->kind, CREDIT_INQUIRY, out->kind_length) == 0)
		reader->bad = true;
	return !reader->bad;
}

void
credit_file_encode(const CreditView *view, ScoringBuffer *out)
{
	int32_t		day = 0;

	profile_write_head(out, NULL, 0);
	scoring_write_varint(out, view->unidentified);
	scoring_write_varint(out, view->undated);
	scoring_write_varint(out, view->naccounts);
	scoring_write_varint(out, view->ninquiries);
	for (size_t i = 0; i < view->naccounts; i++)
		write_account(out, &view->accounts[i]);
	for (size_t i = 0; i < view->ninquiries; i++)
	{
		const CreditInquiry *inquiry = &view->inquiries[i];

		scoring_write_varint(out, i == 0 ? profile_zigzag(inquiry->day) : (uint64_t) (inquiry->day - day));
		write_text(out, inquiry->id, inquiry->id_length);
		day = inquiry->day;
	}
}

/* In any order of bytes, which depends on the encoding, if not `sorted`. */
static bool
decode(const ScoringHost *host, const uint8_t *packed, size_t length, bool sorted, CreditView *out, ScoringFault *fault)
{
	ScoringReader reader;
	const uint8_t *parameters;
	size_t		nparameters;
	uint64_t	naccounts;
	uint64_t	ninquiries;

	scoring_reader_init(&reader, packed, length);
	if (!profile_read_head(&reader, &parameters, &nparameters, fault))
		return false;
	out->unidentified = scoring_read_varint(&reader);
	out->undated = scoring_read_varint(&reader);
	naccounts = scoring_read_varint(&reader);
	ninquiries = scoring_read_varint(&reader);
	/* An account takes three bytes at least, an inquiry two. */
	if (nparameters != 0 || out->unidentified > INT64_MAX || out->undated > INT64_MAX ||
		naccounts > scoring_reader_left(&reader) / 3 || ninquiries > scoring_reader_left(&reader) / 2)
		goto bad;
	out->naccounts = (size_t) naccounts;
	out->ninquiries = (size_t) ninquiries;
	out->accounts = scoring_alloc(host, (out->naccounts + 1) * sizeof(CreditAccount));
	out->inquiries = scoring_alloc(host, (out->ninquiries + 1) * sizeof(CreditInquiry));
	for (size_t i = 0; i < out->naccounts; i++)
		if (!read_account(&reader, &out->accounts[i]) ||
			(sorted && i > 0 && compare_accounts(&out->accounts[i - 1], &out->accounts[i]) >= 0))
			goto bad;
	for (size_t i = 0; i < out->ninquiries; i++)
	{
		CreditInquiry *inquiry = &out->inquiries[i];

		if (i == 0)
			(void) read_day(&reader, &inquiry->day);
		else
		{
			uint64_t	gap = scoring_read_varint(&reader);

			if (reader.bad || gap > (uint64_t) (CALENDAR_LAST_DAY - inquiry[-1].day))
				goto bad;
			inquiry->day = inquiry[-1].day + (int32_t) gap;
		}
		if (!read_text(&reader, 0, CREDIT_MAX_ACCOUNT, &inquiry->id, &inquiry->id_length) ||
			(sorted && i > 0 && compare_inquiries(&inquiry[-1], inquiry) >= 0))
			goto bad;
	}
	return scoring_reader_done(&reader, "credit_file", fault);
bad:
	return scoring_fault(fault, SCORING_FAULT_BINARY, "invalid binary value for type credit_file");
}

bool
credit_file_decode(const ScoringHost *host, const uint8_t *packed, size_t length, CreditView *out, ScoringFault *fault)
{
	return decode(host, packed, length, true, out, fault);
}

void
credit_file_row_account(ScoringBuffer *out, const CreditAccount *account)
{
	scoring_write_u8(out, ROW_OF_ACCOUNT);
	write_account(out, account);
}

void
credit_file_row_inquiry(ScoringBuffer *out, const CreditInquiry *inquiry)
{
	scoring_write_u8(out, ROW_OF_INQUIRY);
	scoring_write_varint(out, profile_zigzag(inquiry->day));
	write_text(out, inquiry->id, inquiry->id_length);
}

void
credit_file_row_unidentified(ScoringBuffer *out)
{
	scoring_write_u8(out, ROW_UNIDENTIFIED);
}

void
credit_file_row_undated(ScoringBuffer *out)
{
	scoring_write_u8(out, ROW_UNDATED);
}

/* ---------- merging ---------- */

/* Accounts and inquiries of all parts, in arrays that grow. */
typedef struct Gathered
{
	const ScoringHost *host;
	CreditView	view;
	size_t		account_room;
	size_t		inquiry_room;
} Gathered;

static void *
grown(const ScoringHost *host, void *array, size_t used, size_t *room, size_t size)
{
	void	   *more;

	*room = *room < 16 ? 16 : 2 * *room;
	more = scoring_alloc(host, *room * size);
	if (used > 0)
		memcpy(more, array, used * size);
	scoring_release(host, array);
	return more;
}

static void
add_account(Gathered *all, const CreditAccount *account)
{
	if (all->view.naccounts == all->account_room)
		all->view.accounts = grown(all->host, all->view.accounts, all->view.naccounts, &all->account_room, sizeof(CreditAccount));
	all->view.accounts[all->view.naccounts++] = *account;
}

static void
add_inquiry(Gathered *all, const CreditInquiry *inquiry)
{
	if (all->view.ninquiries == all->inquiry_room)
		all->view.inquiries = grown(all->host, all->view.inquiries, all->view.ninquiries, &all->inquiry_room, sizeof(CreditInquiry));
	all->view.inquiries[all->view.ninquiries++] = *inquiry;
}

static bool
add_count(uint64_t *sum, uint64_t more, ScoringFault *fault)
{
	if (more > (uint64_t) INT64_MAX - *sum)
		return scoring_fault(fault, SCORING_FAULT_RANGE, "too many rows in a credit file");
	*sum += more;
	return true;
}

static bool
add_rows(Gathered *all, const uint8_t *bytes, size_t length, ScoringFault *fault)
{
	ScoringReader reader;

	scoring_reader_init(&reader, bytes, length);
	for (size_t n = 0; scoring_reader_left(&reader) > 0; n++)
	{
		CreditAccount account;
		CreditInquiry inquiry;

		switch (scoring_read_u8(&reader))
		{
			case ROW_OF_ACCOUNT:
				if (read_account(&reader, &account))
					add_account(all, &account);
				break;
			case ROW_OF_INQUIRY:
				if (read_day(&reader, &inquiry.day) && read_text(&reader, 0, CREDIT_MAX_ACCOUNT, &inquiry.id, &inquiry.id_length))
					add_inquiry(all, &inquiry);
				break;
			case ROW_UNIDENTIFIED:
				if (!add_count(&all->view.unidentified, 1, fault))
					return false;
				break;
			case ROW_UNDATED:
				if (!add_count(&all->view.undated, 1, fault))
					return false;
				break;
			default:
				reader.bad = true;
		}
		if (n % 1024 == 1023)
			scoring_check(all->host);
	}
	return scoring_reader_done(&reader, "credit_file", fault);
}

/* One of the two that is given; the choice, and a conflict, if both are and differ. */
static int32_t
join(int32_t a, int32_t b, int32_t chosen, bool *conflicting)
{
	if (a == CREDIT_NONE || b == CREDIT_NONE)
		return a == CREDIT_NONE ? b : a;
	if (a != b)
		*conflicting = true;
	return chosen;
}

/*
 * Whether rows disagreed does not depend on how they were grouped: among those of a part that agree so far there is one
 * value, so that two values meet somewhere on the way.
 */
static bool
join_accounts(const ScoringHost *host, CreditAccount *to, const CreditAccount *from, ScoringFault *fault)
{
	to->conflicting |= from->conflicting;
	if (to->kind_length == 0 || from->kind_length == 0)
	{
		if (to->kind_length == 0)
		{
			to->kind = from->kind;
			to->kind_length = from->kind_length;
		}
	}
	else
	{
		int			order = compare_texts(from->kind, from->kind_length, to->kind, to->kind_length);

		if (order != 0)
			to->conflicting = true;
		if (order < 0)
		{
			to->kind = from->kind;
			to->kind_length = from->kind_length;
		}
	}
	if (to->role != CREDIT_ROLE_UNKNOWN && from->role != CREDIT_ROLE_UNKNOWN && to->role != from->role)
		to->conflicting = true;
	if (from->role > to->role)
		to->role = from->role;
	to->opened = join(to->opened, from->opened, to->opened < from->opened ? to->opened : from->opened, &to->conflicting);
	to->closed = join(to->closed, from->closed, to->closed > from->closed ? to->closed : from->closed, &to->conflicting);
	to->share = join(to->share, from->share, to->share > from->share ? to->share : from->share, &to->conflicting);
	if (from->history == NULL)
		return true;
	if (to->history == NULL)
	{
		to->history = from->history;
		to->history_length = from->history_length;
	}
	else if (to->history_length != from->history_length || memcmp(to->history, from->history, to->history_length) != 0)
	{
		AccountHistory *histories = scoring_alloc(host, 2 * sizeof(AccountHistory));
		ScoringBuffer packed;

		if (!account_history_unpack(to->history, to->history_length, &histories[0], fault) ||
			!account_history_unpack(from->history, from->history_length, &histories[1], fault))
			return false;
		if (histories[0].keep != histories[1].keep)
		{
			uint8_t		keep[2] = {(uint8_t) histories[0].keep, (uint8_t) histories[1].keep};

			/* The same words whichever came first. */
			account_history_mismatch(&keep[keep[0] > keep[1]], 1, &keep[keep[0] < keep[1]], 1, fault);
			return false;
		}
		if (!account_history_merge(&histories[0], &histories[1], fault))
			return false;
		scoring_buffer_init(&packed, host, PROFILE_MAX_BYTES);
		account_history_pack(&histories[0], &packed);
		to->history = (const uint8_t *) packed.data;
		to->history_length = packed.length;
		scoring_release(host, histories);
	}
	return true;
}

static void
sort_view(CreditView *view)
{
	if (view->naccounts > 1)
		qsort(view->accounts, view->naccounts, sizeof(CreditAccount), compare_accounts);
	if (view->ninquiries > 1)
		qsort(view->inquiries, view->ninquiries, sizeof(CreditInquiry), compare_inquiries);
}

static bool
merge_parts(const ScoringHost *host, const uint8_t *parameters, size_t nparameters, const ProfilePart *parts, size_t nparts,
			ScoringBuffer *out, ScoringFault *fault)
{
	Gathered	all = {.host = host};
	size_t		n = 0;

	(void) parameters;
	if (nparameters != 0)
		return scoring_fault(fault, SCORING_FAULT_BINARY, "invalid binary value for type credit_file");
	for (size_t p = 0; p < nparts; p++)
	{
		CreditView	view;

		scoring_check(host);
		if (!parts[p].packed)
		{
			if (!add_rows(&all, parts[p].bytes, parts[p].length, fault))
				return false;
			continue;
		}
		if (!credit_file_decode(host, parts[p].bytes, parts[p].length, &view, fault) ||
			!add_count(&all.view.unidentified, view.unidentified, fault) || !add_count(&all.view.undated, view.undated, fault))
			return false;
		for (size_t i = 0; i < view.naccounts; i++)
			add_account(&all, &view.accounts[i]);
		for (size_t i = 0; i < view.ninquiries; i++)
			add_inquiry(&all, &view.inquiries[i]);
		scoring_release(host, view.accounts);
		scoring_release(host, view.inquiries);
	}
	sort_view(&all.view);
	for (size_t i = 0; i < all.view.naccounts; i++)
	{
		if (i % 256 == 255)
			scoring_check(host);
		if (n > 0 && compare_accounts(&all.view.accounts[n - 1], &all.view.accounts[i]) == 0)
		{
			if (!join_accounts(host, &all.view.accounts[n - 1], &all.view.accounts[i], fault))
				return false;
		}
		else
			all.view.accounts[n++] = all.view.accounts[i];
	}
	all.view.naccounts = n;
	n = 0;
	for (size_t i = 0; i < all.view.ninquiries; i++)
		if (n == 0 || compare_inquiries(&all.view.inquiries[n - 1], &all.view.inquiries[i]) != 0)
			all.view.inquiries[n++] = all.view.inquiries[i];
	all.view.ninquiries = n;
	credit_file_encode(&all.view, out);
	scoring_release(host, all.view.accounts);
	scoring_release(host, all.view.inquiries);
	return true;
}

/* Looks into histories too: what gets past it is sound through and through. */
static bool
recode(const ScoringHost *host, const uint8_t *packed, size_t length, ProfileConvert convert, ScoringBuffer *out, ScoringFault *fault)
{
	CreditView	view;
	ScoringBuffer again;
	AccountHistory *history = scoring_alloc(host, sizeof(AccountHistory));

	if (!decode(host, packed, length, false, &view, fault))
		return false;
	for (size_t i = 0; i < view.naccounts; i++)
	{
		CreditAccount *account = &view.accounts[i];
		ScoringBuffer repacked;

		if (account->history == NULL)
			continue;
		if (!account_history_unpack(account->history, account->history_length, history, fault))
			return false;
		scoring_buffer_init(&repacked, host, PROFILE_MAX_BYTES);
		account_history_pack(history, &repacked);
		if (repacked.length != account->history_length || memcmp(repacked.data, account->history, repacked.length) != 0)
			return scoring_fault(fault, SCORING_FAULT_BINARY, "invalid binary value for type credit_file: a history is not in its one form");
		scoring_release(host, repacked.data);
		if (i % 256 == 255)
			scoring_check(host);
	}
	scoring_release(host, history);
	scoring_buffer_init(&again, host, 2 * PROFILE_MAX_BYTES);
	credit_file_encode(&view, &again);
	if (again.length != length || memcmp(again.data, packed, length) != 0)
		return scoring_fault(fault, SCORING_FAULT_BINARY, "invalid binary value for type credit_file: it is not in its shortest form");
	scoring_release(host, again.data);
	for (size_t i = 0; i < view.naccounts; i++)
	{
		CreditAccount *account = &view.accounts[i];
		size_t		converted;

		account->id = convert(account->id, account->id_length, &converted);
		account->id_length = converted > CREDIT_MAX_ACCOUNT ? UINT32_MAX : (uint32_t) converted;
		if (account->kind_length > 0)
		{
			account->kind = convert(account->kind, account->kind_length, &converted);
			if (converted > CREDIT_MAX_KIND)
				account->id_length = UINT32_MAX;
			account->kind_length = (uint32_t) converted;
		}
		if (account->id_length == UINT32_MAX)
			return scoring_fault(fault, SCORING_FAULT_LIMIT, "a name in a credit file is too long in this encoding");
	}
	for (size_t i = 0; i < view.ninquiries; i++)
	{
		size_t		converted;

		view.inquiries[i].id = convert(view.inquiries[i].id, view.inquiries[i].id_length, &converted);
		if (converted > CREDIT_MAX_ACCOUNT)
			return scoring_fault(fault, SCORING_FAULT_LIMIT, "a name in a credit file is too long in this encoding");
		view.inquiries[i].id_length = (uint32_t) converted;
	}
	sort_view(&view);
	for (size_t i = 1; i < view.naccounts; i++)
		if (compare_accounts(&view.accounts[i - 1], &view.accounts[i]) == 0)
			return scoring_fault(fault, SCORING_FAULT_BINARY, "invalid binary value for type credit_file: an account comes twice");
	for (size_t i = 1; i < view.ninquiries; i++)
		if (compare_inquiries(&view.inquiries[i - 1], &view.inquiries[i]) == 0)
			return scoring_fault(fault, SCORING_FAULT_BINARY, "invalid binary value for type credit_file: an inquiry comes twice");
	credit_file_encode(&view, out);
	return true;
}

static void
mismatch(const uint8_t *a, size_t na, const uint8_t *b, size_t nb, ScoringFault *fault)
{
	(void) a, (void) na, (void) b, (void) nb;
	scoring_fault(fault, SCORING_FAULT_ARGUMENT, "credit files differ in parameters, of which they have none");
}

/* ---------- the text form ---------- */

static void
write_day(ScoringBuffer *json, const char *name, int32_t day)
{
	char		date[11];

	if (day == CREDIT_NONE)
		return;
	calendar_to_text(day, date);
	scoring_write_format(json, ", \"%s\": \"%s\"", name, date);
}

static bool
write_json(const ScoringHost *host, const uint8_t *packed, size_t length, ScoringBuffer *json, ScoringFault *fault)
{
	CreditView	view;

	if (!credit_file_decode(host, packed, length, &view, fault))
		return false;
	scoring_write_format(json, "{\"version\": 1, \"unidentified\": %lld, \"undated\": %lld, \"accounts\": [",
						 (long long) view.unidentified, (long long) view.undated);
	for (size_t i = 0; i < view.naccounts; i++)
	{
		const CreditAccount *account = &view.accounts[i];

		scoring_write_text(json, i > 0 ? ", {\"account\": " : "{\"account\": ");
		scoring_json_write_string(json, account->id, account->id_length);
		if (account->kind_length > 0)
		{
			scoring_write_text(json, ", \"kind\": ");
			scoring_json_write_string(json, account->kind, account->kind_length);
		}
		scoring_write_format(json, ", \"role\": \"%s\"", credit_file_role_words[account->role]);
		if (account->share != CREDIT_NONE)
			scoring_write_format(json, ", \"share\": %d", (int) account->share);
		write_day(json, "opened_on", account->opened);
		write_day(json, "closed_on", account->closed);
		if (account->conflicting)
			scoring_write_text(json, ", \"conflicting\": true");
		if (account->history != NULL)
		{
			scoring_write_text(json, ", \"history\": ");
			if (!account_history_write(host, account->history, account->history_length, json, fault))
				return false;
		}
		scoring_write_text(json, "}");
		if (i % 256 == 255)
			scoring_check(host);
	}
	scoring_write_text(json, "], \"inquiries\": [");
	for (size_t i = 0; i < view.ninquiries; i++)
	{
		char		date[11];

		calendar_to_text(view.inquiries[i].day, date);
		scoring_write_format(json, "%s[\"%s\", ", i > 0 ? ", " : "", date);
		scoring_json_write_string(json, view.inquiries[i].id, view.inquiries[i].id_length);
		scoring_write_text(json, "]");
	}
	scoring_write_text(json, "]}");
	return true;
}

static bool
day_of_node(const JsonAt *at, int32_t *day, ScoringFault *fault)
{
	if (!scoring_json_expect(at, JSON_STRING, fault))
		return false;
	if (at->node->count != 10 || !calendar_from_text(at->node->text, day))
		return scoring_json_fault(at, fault, "not a date of the years 1900 to 2199, as YYYY-MM-DD");
	return true;
}

static bool
text_of_node(const JsonAt *at, uint32_t most, const char **text, uint32_t *length, ScoringFault *fault)
{
	if (!scoring_json_expect(at, JSON_STRING, fault))
		return false;
	if (at->node->count > most)
		return scoring_json_fault(at, fault, "a string of %u bytes, where %u are the most", at->node->count, most);
	*text = at->node->text;
	*length = at->node->count;
	return true;
}

static bool
read_json_account(const ScoringHost *host, const JsonAt *at, CreditAccount *account, ScoringFault *fault)
{
	static const char *const members[] = {"account", "kind", "role", "share", "opened_on", "closed_on", "conflicting", "history", NULL};
	JsonAt		child;
	int			role;
	int64_t		share;

	memset(account, 0, sizeof(*account));
	account->opened = account->closed = account->share = CREDIT_NONE;
	if (!scoring_json_expect(at, JSON_OBJECT, fault) || !scoring_json_only(at, members, fault) ||
		!scoring_json_member(at, "account", true, &child, fault) ||
		!text_of_node(&child, CREDIT_MAX_ACCOUNT, &account->id, &account->id_length, fault) ||
		!scoring_json_word(at, "role", true, credit_file_role_words, &role, fault) ||
		!scoring_json_boolean(at, "conflicting", false, &account->conflicting, fault) ||
		!scoring_json_member(at, "kind", false, &child, fault))
		return false;
	account->role = (CreditRole) role;
	if (child.node != NULL)
	{
		if (!text_of_node(&child, CREDIT_MAX_KIND, &account->kind, &account->kind_length, fault))
			return false;
		if (account->kind_length == 0 || strcmp(account->kind, CREDIT_INQUIRY) == 0)
			return scoring_json_fault(&child, fault, "not the kind of an account");
	}
	if (!scoring_json_member(at, "share", false, &child, fault))
		return false;
	if (child.node != NULL)
	{
		if (!scoring_json_as_integer(&child, 0, CREDIT_WHOLE, &share, fault))
			return false;
		account->share = (int32_t) share;
	}
	if (!scoring_json_member(at, "opened_on", false, &child, fault) || (child.node != NULL && !day_of_node(&child, &account->opened, fault)) ||
		!scoring_json_member(at, "closed_on", false, &child, fault) || (child.node != NULL && !day_of_node(&child, &account->closed, fault)) ||
		!scoring_json_member(at, "history", false, &child, fault))
		return false;
	if (child.node != NULL)
	{
		ScoringBuffer packed;

		scoring_buffer_init(&packed, host, PROFILE_MAX_BYTES);
		if (!account_history_read(host, &child, &packed, fault))
			return false;
		account->history = (const uint8_t *) packed.data;
		account->history_length = packed.length;
	}
	return true;
}

static bool
read_json(const ScoringHost *host, const JsonAt *root, ScoringBuffer *out, ScoringFault *fault)
{
	static const char *const members[] = {"version", "unidentified", "undated", "accounts", "inquiries", NULL};
	CreditView	view = {0};
	int64_t		version;
	int64_t		unidentified;
	int64_t		undated;
	JsonAt		accounts;
	JsonAt		inquiries;

	if (!scoring_json_expect(root, JSON_OBJECT, fault) || !scoring_json_only(root, members, fault) ||
		!scoring_json_integer(root, "version", true, 1, 1, &version, fault) ||
		!scoring_json_integer(root, "unidentified", true, 0, INT64_MAX, &unidentified, fault) ||
		!scoring_json_integer(root, "undated", true, 0, INT64_MAX, &undated, fault) ||
		!scoring_json_member(root, "accounts", true, &accounts, fault) || !scoring_json_expect(&accounts, JSON_ARRAY, fault) ||
		!scoring_json_member(root, "inquiries", true, &inquiries, fault) || !scoring_json_expect(&inquiries, JSON_ARRAY, fault))
		return false;
	view.unidentified = (uint64_t) unidentified;
	view.undated = (uint64_t) undated;
	view.accounts = scoring_alloc(host, (accounts.node->count + 1) * sizeof(CreditAccount));
	view.inquiries = scoring_alloc(host, (inquiries.node->count + 1) * sizeof(CreditInquiry));
	for (uint32_t i = 0; i < accounts.node->count; i++)
	{
		JsonAt		at = scoring_json_item(&accounts, i);

		if (!read_json_account(host, &at, &view.accounts[i], fault))
			return false;
		if (i > 0 && compare_accounts(&view.accounts[i - 1], &view.accounts[i]) >= 0)
			return scoring_json_fault(&at, fault, "accounts must ascend by the bytes of their names");
		view.naccounts++;
		if (i % 256 == 255)
			scoring_check(host);
	}
	for (uint32_t i = 0; i < inquiries.node->count; i++)
	{
		JsonAt		at = scoring_json_item(&inquiries, i);
		JsonAt		date;
		JsonAt		id;
		CreditInquiry *inquiry = &view.inquiries[i];

		if (!scoring_json_expect(&at, JSON_ARRAY, fault))
			return false;
		if (at.node->count != 2)
			return scoring_json_fault(&at, fault, "an inquiry has 2 items");
		date = scoring_json_item(&at, 0);
		id = scoring_json_item(&at, 1);
		if (!day_of_node(&date, &inquiry->day, fault) || !text_of_node(&id, CREDIT_MAX_ACCOUNT, &inquiry->id, &inquiry->id_length, fault))
			return false;
		if (i > 0 && compare_inquiries(&inquiry[-1], inquiry) >= 0)
			return scoring_json_fault(&at, fault, "inquiries must ascend by day, then by the bytes of their names");
		view.ninquiries++;
	}
	credit_file_encode(&view, out);
	return true;
}

const ProfileType credit_file_profile = {
	.name = "a credit file",
	.merge = merge_parts,
	.recode = recode,
	.write = write_json,
	.read = read_json,
	.mismatch = mismatch
};

/* ---------- as of a day ---------- */

static bool
stand(const CreditAccount *account, int32_t as_of, int months, AccountHistory *history, CreditStanding *out, bool *on_file, ScoringFault *fault)
{
	AccountWindow all;
	AccountWindow window;

	account_history_init(history, ACCOUNT_KEEP_LATEST);
	if (account->history != NULL && !account_history_unpack(account->history, account->history_length, history, fault))
		return false;
	memset(out, 0, sizeof(*out));
	out->account = account;
	out->opened = account->opened != CREDIT_NONE ? account->opened :
		history->count > 0 ? account_month_date(&history->months[0]) : CREDIT_NONE;
	*on_file = out->opened != CREDIT_NONE && out->opened < as_of;
	all = account_window(history, as_of, 0);
	window = account_window(history, as_of, months);
	out->last_days = -1;
	if (account->closed != CREDIT_NONE && account->closed < as_of)
		out->state = CREDIT_CLOSED;
	for (int i = all.end - 1; i >= all.first; i--)
	{
		const AccountMonth *month = &history->months[i];

		out->last_days = account_days(month);
		if (out->last_days < 0)
			continue;
		if (account_is_adverse(month))
			out->state = CREDIT_ADVERSE;
		else if (month->status == ACCOUNT_CLOSED)
			out->state = CREDIT_CLOSED;
		break;
	}
	if (!account_worst_days(&window, &out->worst_days))
		out->worst_days = -1;
	if (!account_last_amount(&all, ACCOUNT_BALANCE, &out->balance))
		out->balance = ACCOUNT_UNKNOWN;
	if (!account_last_amount(&all, ACCOUNT_LIMIT, &out->limit))
		out->limit = ACCOUNT_UNKNOWN;
	return true;
}

bool
credit_file_standings(const ScoringHost *host, const CreditView *view, int32_t as_of, int months, CreditStanding **out, size_t *count,
				 ScoringFault *fault)
{
	AccountHistory *history = scoring_alloc(host, sizeof(AccountHistory));

	*out = scoring_alloc(host, (view->naccounts + 1) * sizeof(CreditStanding));
	*count = 0;
	for (size_t i = 0; i < view->naccounts; i++)
	{
		bool		on_file;

		if (!stand(&view->accounts[i], as_of, months, history, &(*out)[*count], &on_file, fault))
			return false;
		*count += on_file;
		if (i % 256 == 255)
			scoring_check(host);
	}
	scoring_release(host, history);
	return true;
}

static int64_t
share_of(const CreditStanding *standing)
{
	return standing->account->share == CREDIT_NONE ? CREDIT_WHOLE : standing->account->share;
}

bool
credit_file_total(const CreditStanding *standings, size_t count, bool guarantor, AccountAmount amount, __int128 *out)
{
	__int128	sum = 0;
	bool		any = false;
	bool		known = false;

	for (size_t i = 0; i < count; i++)
	{
		const CreditStanding *standing = &standings[i];
		int64_t		value = amount == ACCOUNT_LIMIT ? standing->limit : standing->balance;

		if (guarantor ? standing->account->role != CREDIT_GUARANTOR : !credit_is_obligor(standing))
			continue;
		if (standing->state == CREDIT_CLOSED || (amount == ACCOUNT_LIMIT && standing->state != CREDIT_OPEN))
			continue;
		any = true;
		if (value == ACCOUNT_UNKNOWN)
			continue;
		known = true;
		sum += (__int128) value * share_of(standing);
	}
	/* Half away from zero, once. */
	*out = (sum + (sum >= 0 ? CREDIT_WHOLE / 2 : -CREDIT_WHOLE / 2)) / CREDIT_WHOLE;
	return known || !any;
}

bool
credit_file_utilisation(const CreditStanding *standings, size_t count, double *out)
{
	__int128	balances = 0;
	__int128	limits = 0;

	for (size_t i = 0; i < count; i++)
	{
		const CreditStanding *standing = &standings[i];

		if (!credit_is_obligor(standing) || standing->state != CREDIT_OPEN || standing->balance == ACCOUNT_UNKNOWN ||
			standing->limit == ACCOUNT_UNKNOWN || standing->limit <= 0)
			continue;
		balances += (__int128) standing->balance * share_of(standing);
		limits += (__int128) standing->limit * share_of(standing);
	}
	if (limits == 0)
		return false;
	*out = (double) balances / (double) limits;
	return true;
}

int
credit_file_months_between(int32_t from, int32_t to)
{
	int			years[2];
	int			months[2];
	int			days[2];

	calendar_date(from, &years[0], &months[0], &days[0]);
	calendar_date(to, &years[1], &months[1], &days[1]);
	return (years[1] - years[0]) * 12 + months[1] - months[0] - (days[1] < days[0]);
}

int
credit_file_inquiries(const CreditView *view, int32_t as_of, int32_t days, int32_t gap)
{
	int64_t		from = (int64_t) as_of - days;
	int64_t		last = INT64_MIN / 2;
	int			trips = 0;

	for (size_t i = 0; i < view->ninquiries && view->inquiries[i].day < as_of; i++)
	{
		int32_t		day = view->inquiries[i].day;

		if (day < from)
			continue;
		if (gap < 0 || day - last > gap)
			trips++;
		last = day;
	}
	return trips;
}
