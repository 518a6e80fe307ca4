/*
 * balance_history_core.c: merging, the packed and the text form, and windows of a balance history.
 *
 * Packed: the head, whose parameters are the time zone's name; varints undated, without_balance and the number of days;
 * and, if there are any days,
 *     varint first day (zigzag); columns (profile_write_column) gaps between days less 1, and flags;
 *     u8 unit of time, the greatest of units[] that divides all; columns time of the first, then of the last less the first;
 *     varint least tie (zigzag); columns tie of the first, of the last, less the least;
 *     varint least balance (zigzag); columns balance of the first, of the last, less the least; columns by how much the
 *     lowest is below both, and the highest above both, less 1.
 * Columns of what a flag denies have no value for that day, so that a day with one observation costs its gap, its time,
 * its tie and its balance.
 */
#include "balance_history_core.h"

#define DAY_HAS_MORE 1			/* than one observation: last differs from first */
#define DAY_HAS_LOWER 2			/* than first and last */
#define DAY_HAS_HIGHER 4

static const int64_t units[] = {INT64_C(3600000000), 60000000, 1000000, 1000, 1};

#define UNITS (sizeof(units) / sizeof(units[0]))

static int64_t
lower_of(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static int64_t
higher_of(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static int
compare_moments(const BalanceMoment *a, const BalanceMoment *b)
{
	if (a->time != b->time)
		return a->time < b->time ? -1 : 1;
	if (a->tie != b->tie)
		return a->tie < b->tie ? -1 : 1;
	if (a->balance != b->balance)
		return a->balance > b->balance ? -1 : 1;
	return 0;
}

static void
add_day(BalanceDay *to, const BalanceDay *from)
{
	if (compare_moments(&from->first, &to->first) < 0)
		to->first = from->first;
	if (compare_moments(&from->last, &to->last) > 0)
		to->last = from->last;
	to->lowest = lower_of(to->lowest, from->lowest);
	to->highest = higher_of(to->highest, from->highest);
}

/* What no set of observations can give is refused. */
static bool
day_is_sound(const BalanceDay *day)
{
	int			order = compare_moments(&day->first, &day->last);
	int64_t		lowest = lower_of(day->first.balance, day->last.balance);
	int64_t		highest = higher_of(day->first.balance, day->last.balance);

	if (!CALENDAR_IS_DAY(day->day) || day->first.time < 0 || day->last.time >= BALANCE_MICROSECONDS_PER_DAY ||
		day->lowest < -BALANCE_MAX || day->highest > BALANCE_MAX)
		return false;
	if (order > 0 || day->lowest > lowest || day->highest < highest)
		return false;
	/* All at one moment: the highest is the first, the lowest the last. */
	if (day->first.time == day->last.time && day->first.tie == day->last.tie)
		return day->lowest == lowest && day->highest == highest;
	return true;
}

/* ---------- the packed form ---------- */

void
balance_history_encode(const BalanceView *view, ScoringBuffer *out)
{
	const ScoringHost *host = out->host;
	size_t		n = view->ndays;
	uint64_t   *column;
	uint64_t   *flags;
	size_t		count;
	size_t		unit = 0;
	int64_t		tie;
	int64_t		balance;

	profile_write_head(out, (const uint8_t *) view->zone, view->nzone);
	scoring_write_varint(out, view->undated);
	scoring_write_varint(out, view->without_balance);
	scoring_write_varint(out, n);
	if (n == 0)
		return;
	column = scoring_alloc(host, n * sizeof(uint64_t));
	flags = scoring_alloc(host, n * sizeof(uint64_t));
	tie = view->days[0].first.tie;
	balance = view->days[0].lowest;
	for (size_t i = 0; i < n; i++)
	{
		const BalanceDay *day = &view->days[i];

		flags[i] = 0;
		if (compare_moments(&day->first, &day->last) != 0)
			flags[i] |= DAY_HAS_MORE;
		if (day->lowest < lower_of(day->first.balance, day->last.balance))
			flags[i] |= DAY_HAS_LOWER;
		if (day->highest > higher_of(day->first.balance, day->last.balance))
			flags[i] |= DAY_HAS_HIGHER;
		while (day->first.time % units[unit] != 0 || day->last.time % units[unit] != 0)
			unit++;
		tie = lower_of(tie, lower_of(day->first.tie, day->last.tie));
		balance = lower_of(balance, lower_of(day->first.balance, day->last.balance));
	}

#define COLUMN(condition, expression) \
	do { \
		count = 0; \
		for (size_t i = 0; i < n; i++) \
		{ \
			const BalanceDay *day = &view->days[i]; \
\
			if (condition) \
				column[count++] = (uint64_t) (expression); \
		} \
		profile_write_column(out, column, count); \
	} while (0)

	scoring_write_varint(out, profile_zigzag(view->days[0].day));
	COLUMN(i > 0, day->day - day[-1].day - 1);
	profile_write_column(out, flags, n);
	scoring_write_u8(out, (uint8_t) unit);
	COLUMN(true, day->first.time / units[unit]);
	COLUMN(flags[i] & DAY_HAS_MORE, (day->last.time - day->first.time) / units[unit]);
	scoring_write_varint(out, profile_zigzag(tie));
	COLUMN(true, (uint64_t) day->first.tie - (uint64_t) tie);
	COLUMN(flags[i] & DAY_HAS_MORE, (uint64_t) day->last.tie - (uint64_t) tie);
	scoring_write_varint(out, profile_zigzag(balance));
	COLUMN(true, day->first.balance - balance);
	COLUMN(flags[i] & DAY_HAS_MORE, day->last.balance - balance);
	COLUMN(flags[i] & DAY_HAS_LOWER, lower_of(day->first.balance, day->last.balance) - day->lowest - 1);
	COLUMN(flags[i] & DAY_HAS_HIGHER, day->highest - higher_of(day->first.balance, day->last.balance) - 1);
#undef COLUMN
	scoring_release(host, column);
	scoring_release(host, flags);
}

static bool
zone_is_sound(const char *zone, size_t length)
{
	if (length > BALANCE_MAX_ZONE || (length == 3 && memcmp(zone, "UTC", 3) == 0))
		return false;
	for (size_t i = 0; i < length; i++)
		if (zone[i] <= ' ' || zone[i] > '~' || zone[i] == '"' || zone[i] == '\\')
			return false;
	return true;
}

/* Sound values are far smaller; those that are not must not overflow before they are refused. */
#define MODEST(value) ((value) <= UINT64_C(1) << 62)

bool
balance_history_decode(const ScoringHost *host, const uint8_t *packed, size_t length, BalanceView *out, ScoringFault *fault)
{
	ScoringReader reader;
	const uint8_t *zone;
	size_t		n;
	uint64_t	varint;
	uint64_t   *flags = NULL;
	uint64_t   *column = NULL;
	size_t		more = 0;
	size_t		lower = 0;
	size_t		higher = 0;
	size_t		at;
	uint8_t		unit;
	int64_t		base;

	scoring_reader_init(&reader, packed, length);
	if (!profile_read_head(&reader, &zone, &out->nzone, fault))
		return false;
	out->zone = (const char *) zone;
	if (!zone_is_sound(out->zone, out->nzone))
		return scoring_fault(fault, SCORING_FAULT_BINARY, "the value names no time zone");
	out->undated = scoring_read_varint(&reader);
	out->without_balance = scoring_read_varint(&reader);
	varint = scoring_read_varint(&reader);
	/* Days that are all alike take no bytes, so it is the calendar that bounds them. */
	if (varint > BALANCE_MAX_DAYS || out->undated > INT64_MAX || out->without_balance > INT64_MAX)
		goto bad;
	n = (size_t) varint;
	out->ndays = n;
	out->days = NULL;
	if (n == 0)
		return scoring_reader_done(&reader, "balance_history", fault);
	varint = scoring_read_varint(&reader);
	if (reader.bad || varint > UINT32_MAX)
		goto bad;
	out->days = scoring_alloc(host, n * sizeof(BalanceDay));
	flags = scoring_alloc(host, n * sizeof(uint64_t));
	column = scoring_alloc(host, n * sizeof(uint64_t));

	base = profile_unzigzag(varint);
	if (!CALENDAR_IS_DAY(base) || !profile_read_column(&reader, column, n - 1))
		goto bad;
	out->days[0].day = (int32_t) base;
	for (size_t i = 1; i < n; i++)
	{
		if (column[i - 1] >= BALANCE_MAX_DAYS)
			goto bad;
		base += (int64_t) column[i - 1] + 1;
		if (!CALENDAR_IS_DAY(base))
			goto bad;
		out->days[i].day = (int32_t) base;
	}
	if (!profile_read_column(&reader, flags, n))
		goto bad;
	for (size_t i = 0; i < n; i++)
	{
		if (flags[i] > 7 || (flags[i] != 0 && (flags[i] & DAY_HAS_MORE) == 0))
			goto bad;
		more += flags[i] & DAY_HAS_MORE ? 1 : 0;
		lower += flags[i] & DAY_HAS_LOWER ? 1 : 0;
		higher += flags[i] & DAY_HAS_HIGHER ? 1 : 0;
	}

#define COLUMN(condition, count, statement) \
	do { \
		if (!profile_read_column(&reader, column, count)) \
			goto bad; \
		at = 0; \
		for (size_t i = 0; i < n; i++) \
		{ \
			BalanceDay *day = &out->days[i]; \
\
			if (condition) \
			{ \
				uint64_t	value = column[at++]; \
\
				statement; \
			} \
		} \
	} while (0)

	unit = scoring_read_u8(&reader);
	if (unit >= UNITS)
		goto bad;
	COLUMN(true, n,
		   if (value >= (uint64_t) (BALANCE_MICROSECONDS_PER_DAY / units[unit]))
			   goto bad;
		   day->last.time = day->first.time = (int64_t) value * units[unit]);
	COLUMN(flags[i] & DAY_HAS_MORE, more,
		   if (value >= (uint64_t) (BALANCE_MICROSECONDS_PER_DAY / units[unit]))
			   goto bad;
		   day->last.time += (int64_t) value * units[unit]);
	base = profile_unzigzag(scoring_read_varint(&reader));
	COLUMN(true, n,
		   if (value > (uint64_t) INT64_MAX - (uint64_t) base)
			   goto bad;
		   day->last.tie = day->first.tie = (int64_t) ((uint64_t) base + value));
	COLUMN(flags[i] & DAY_HAS_MORE, more,
		   if (value > (uint64_t) INT64_MAX - (uint64_t) base)
			   goto bad;
		   day->last.tie = (int64_t) ((uint64_t) base + value));
	base = profile_unzigzag(scoring_read_varint(&reader));
	if (base < -BALANCE_MAX || base > BALANCE_MAX)
		goto bad;
	COLUMN(true, n,
		   if (!MODEST(value))
			   goto bad;
		   day->last.balance = day->first.balance = base + (int64_t) value);
	COLUMN(flags[i] & DAY_HAS_MORE, more,
		   if (!MODEST(value))
			   goto bad;
		   day->last.balance = base + (int64_t) value);
	for (size_t i = 0; i < n; i++)
	{
		BalanceDay *day = &out->days[i];

		day->lowest = lower_of(day->first.balance, day->last.balance);
		day->highest = higher_of(day->first.balance, day->last.balance);
	}
	COLUMN(flags[i] & DAY_HAS_LOWER, lower,
		   if (!MODEST(value))
			   goto bad;
		   day->lowest -= (int64_t) value + 1);
	COLUMN(flags[i] & DAY_HAS_HIGHER, higher,
		   if (!MODEST(value) || day->highest > BALANCE_MAX)
			   goto bad;
		   day->highest += (int64_t) value + 1);
#undef COLUMN
	for (size_t i = 0; i < n; i++)
		if (!day_is_sound(&out->days[i]) ||
			((flags[i] & DAY_HAS_MORE) != 0) != (compare_moments(&out->days[i].first, &out->days[i].last) != 0))
			goto bad;
	scoring_release(host, flags);
	scoring_release(host, column);
	return scoring_reader_done(&reader, "balance_history", fault);

bad:
	if (reader.bad)
		return scoring_reader_done(&reader, "balance_history", fault);
	return scoring_fault(fault, SCORING_FAULT_BINARY, "invalid binary value for type balance_history");
}

/* ---------- merging ---------- */

/* By day, stably; runs that are in order already, which is the rule, cost one pass. */
static BalanceDay *
sort_days(const ScoringHost *host, BalanceDay *days, size_t n)
{
	BalanceDay *from = days;
	BalanceDay *to = NULL;
	bool		sorted;

	do
	{
		size_t		at = 0;
		size_t		runs = 0;

		scoring_check(host);
		sorted = true;
		for (size_t i = 1; i < n && sorted; i++)
			sorted = from[i - 1].day <= from[i].day;
		if (sorted)
			break;
		if (to == NULL)
			to = scoring_alloc(host, n * sizeof(BalanceDay));
		/* Pairs of neighbouring runs. */
		while (at < n)
		{
			size_t		middle = at + 1;
			size_t		end;
			size_t		a = at;
			size_t		b;
			size_t		put = at;

			while (middle < n && from[middle - 1].day <= from[middle].day)
				middle++;
			end = middle;
			if (end < n)
				for (end++; end < n && from[end - 1].day <= from[end].day;)
					end++;
			b = middle;
			while (a < middle || b < end)
				to[put++] = b >= end || (a < middle && from[a].day <= from[b].day) ? from[a++] : from[b++];
			at = end;
			if (++runs % 64 == 0)
				scoring_check(host);
		}
		days = from;
		from = to;
		to = days;
	} while (!sorted);
	scoring_release(host, to);
	return from;
}

static bool
add_count(uint64_t *sum, uint64_t more, ScoringFault *fault)
{
	if (more > (uint64_t) INT64_MAX - *sum)
		return scoring_fault(fault, SCORING_FAULT_RANGE, "too many rows in a balance history");
	*sum += more;
	return true;
}

/* Days that are gathered, in no order and some of them several times. */
typedef struct DayHeap
{
	const ScoringHost *host;
	BalanceDay *days;
	size_t		count;
	size_t		room;
} DayHeap;

/* Puts the days in order, one of each. */
static void
settle(DayHeap *heap)
{
	BalanceDay *sorted = sort_days(heap->host, heap->days, heap->count);
	size_t		n = 0;

	/* Sorting may have moved them to where there is room for no more than them. */
	if (sorted != heap->days)
		heap->room = heap->count;
	heap->days = sorted;
	for (size_t i = 0; i < heap->count; i++)
	{
		if (n > 0 && heap->days[n - 1].day == heap->days[i].day)
			add_day(&heap->days[n - 1], &heap->days[i]);
		else
			heap->days[n++] = heap->days[i];
	}
	heap->count = n;
}

/*
 * Room for `more` days. Parts that take a few bytes may have all days of the calendar, so the room grows with what is
 * different and not with what the parts have together.
 */
static void
make_room(DayHeap *heap, size_t more)
{
	BalanceDay *days;

	if (more <= heap->room - heap->count)
		return;
	settle(heap);
	if (heap->count + more <= heap->room / 2)
		return;
	heap->room = 2 * (heap->count + more);
	days = scoring_alloc(heap->host, heap->room * sizeof(BalanceDay));
	if (heap->count > 0)
		memcpy(days, heap->days, heap->count * sizeof(BalanceDay));
	scoring_release(heap->host, heap->days);
	heap->days = days;
}

static bool
merge_parts(const ScoringHost *host, const uint8_t *parameters, size_t nparameters, const ProfilePart *parts, size_t nparts,
			ScoringBuffer *out, ScoringFault *fault)
{
	BalanceView merged = {.zone = (const char *) parameters, .nzone = nparameters};
	DayHeap		heap = {.host = host};

	for (size_t p = 0; p < nparts; p++)
	{
		if (parts[p].packed)
		{
			BalanceView view;

			if (!balance_history_decode(host, parts[p].bytes, parts[p].length, &view, fault) ||
				!add_count(&merged.undated, view.undated, fault) || !add_count(&merged.without_balance, view.without_balance, fault))
				return false;
			if (view.ndays > 0)
			{
				make_room(&heap, view.ndays);
				memcpy(heap.days + heap.count, view.days, view.ndays * sizeof(BalanceDay));
				heap.count += view.ndays;
				scoring_release(host, view.days);
			}
			scoring_check(host);
			continue;
		}
		if (parts[p].length % sizeof(BalanceRow) != 0)
			return scoring_fault(fault, SCORING_FAULT_BINARY, "a row of the state is cut off");
		for (size_t at = 0; at < parts[p].length; at += sizeof(BalanceRow))
		{
			BalanceRow	row;
			BalanceDay	day;
			int64_t		number;

			memcpy(&row, parts[p].bytes + at, sizeof(row));
			if (row.clock == BALANCE_UNDATED || row.clock == BALANCE_WITHOUT)
			{
				if (!add_count(row.clock == BALANCE_UNDATED ? &merged.undated : &merged.without_balance, 1, fault))
					return false;
				continue;
			}
			number = row.clock / BALANCE_MICROSECONDS_PER_DAY - (row.clock % BALANCE_MICROSECONDS_PER_DAY < 0);
			if (!CALENDAR_IS_DAY(number) || row.balance < -BALANCE_MAX || row.balance > BALANCE_MAX)
				return scoring_fault(fault, SCORING_FAULT_BINARY, "a row of the state is out of range");
			day.day = (int32_t) number;
			day.first.time = row.clock - number * BALANCE_MICROSECONDS_PER_DAY;
			day.first.tie = row.tie;
			day.first.balance = day.lowest = day.highest = row.balance;
			day.last = day.first;
			if (heap.count > 0 && heap.days[heap.count - 1].day == day.day)
				add_day(&heap.days[heap.count - 1], &day);
			else
			{
				make_room(&heap, 1);
				heap.days[heap.count++] = day;
			}
		}
		scoring_check(host);
	}
	settle(&heap);
	merged.days = heap.days;
	merged.ndays = heap.count;
	balance_history_encode(&merged, out);
	scoring_release(host, heap.days);
	return true;
}

static bool
recode(const ScoringHost *host, const uint8_t *packed, size_t length, ProfileConvert convert, ScoringBuffer *out, ScoringFault *fault)
{
	BalanceView view;

	(void) convert;				/* a zone's name is ASCII */
	if (!balance_history_decode(host, packed, length, &view, fault))
		return false;
	balance_history_encode(&view, out);
	if (!out->bad && (out->length != length || memcmp(out->data, packed, length) != 0))
		return scoring_fault(fault, SCORING_FAULT_BINARY, "invalid binary value for type balance_history: it is not in its shortest form");
	return true;
}

static void
mismatch(const uint8_t *a, size_t na, const uint8_t *b, size_t nb, ScoringFault *fault)
{
	if (na == 0)
	{
		a = (const uint8_t *) "UTC";
		na = 3;
	}
	if (nb == 0)
	{
		b = (const uint8_t *) "UTC";
		nb = 3;
	}
	scoring_fault(fault, SCORING_FAULT_ARGUMENT, "balance histories must share a time zone");
	scoring_fault_detail(fault, "One has days of \"%.*s\", another of \"%.*s\".", (int) na, (const char *) a, (int) nb, (const char *) b);
}

/* ---------- the text form ---------- */

static void
write_number(ScoringBuffer *json, int64_t number)
{
	scoring_write_text(json, ", ");
	scoring_json_write_integer(json, number);
}

static void
write_moment(ScoringBuffer *json, const BalanceMoment *moment)
{
	write_number(json, moment->time);
	write_number(json, moment->tie);
	write_number(json, moment->balance);
}

static bool
write_json(const ScoringHost *host, const uint8_t *packed, size_t length, ScoringBuffer *json, ScoringFault *fault)
{
	BalanceView view;

	if (!balance_history_decode(host, packed, length, &view, fault))
		return false;
	scoring_write_text(json, "{\"version\": 1, \"zone\": ");
	scoring_json_write_string(json, view.nzone > 0 ? view.zone : "UTC", view.nzone > 0 ? view.nzone : 3);
	scoring_write_text(json, ", \"undated\": ");
	scoring_json_write_integer(json, (int64_t) view.undated);
	scoring_write_text(json, ", \"without_balance\": ");
	scoring_json_write_integer(json, (int64_t) view.without_balance);
	scoring_write_text(json, ", \"days\": [");
	for (size_t i = 0; i < view.ndays; i++)
	{
		const BalanceDay *day = &view.days[i];
		char		date[11];

		calendar_to_text(day->day, date);
		scoring_write_text(json, i > 0 ? ", [\"" : "[\"");
		scoring_write_text(json, date);
		scoring_write_text(json, "\"");
		write_moment(json, &day->first);
		if (compare_moments(&day->first, &day->last) != 0)
		{
			write_moment(json, &day->last);
			write_number(json, day->lowest);
			write_number(json, day->highest);
		}
		scoring_write_text(json, "]");
		if (i % 1024 == 1023)
			scoring_check(host);
	}
	scoring_write_text(json, "]}");
	return true;
}

static bool
read_moment(const JsonAt *at, uint32_t index, BalanceMoment *out, ScoringFault *fault)
{
	JsonAt		time = scoring_json_item(at, index);
	JsonAt		tie = scoring_json_item(at, index + 1);
	JsonAt		balance = scoring_json_item(at, index + 2);

	return scoring_json_as_integer(&time, 0, BALANCE_MICROSECONDS_PER_DAY - 1, &out->time, fault) &&
		scoring_json_as_integer(&tie, INT64_MIN, INT64_MAX, &out->tie, fault) &&
		scoring_json_as_integer(&balance, -BALANCE_MAX, BALANCE_MAX, &out->balance, fault);
}

static bool
read_json(const ScoringHost *host, const JsonAt *root, ScoringBuffer *out, ScoringFault *fault)
{
	static const char *const members[] = {"version", "zone", "undated", "without_balance", "days", NULL};
	BalanceView view = {0};
	int64_t		version;
	int64_t		undated;
	int64_t		without_balance;
	JsonAt		days;
	JsonAt		zone;

	if (!scoring_json_expect(root, JSON_OBJECT, fault) || !scoring_json_only(root, members, fault) ||
		!scoring_json_integer(root, "version", true, 1, 1, &version, fault) ||
		!scoring_json_string(root, "zone", true, BALANCE_MAX_ZONE, &view.zone, fault) ||
		!scoring_json_member(root, "zone", true, &zone, fault) ||
		!scoring_json_integer(root, "undated", true, 0, INT64_MAX, &undated, fault) ||
		!scoring_json_integer(root, "without_balance", true, 0, INT64_MAX, &without_balance, fault) ||
		!scoring_json_member(root, "days", true, &days, fault) ||
		!scoring_json_expect(&days, JSON_ARRAY, fault))
		return false;
	view.nzone = zone.node->count;
	if (view.nzone == 3 && memcmp(view.zone, "UTC", 3) == 0)
		view.nzone = 0;
	else if (view.nzone == 0 || !zone_is_sound(view.zone, view.nzone))
		return scoring_json_fault(&zone, fault, "not the name of a time zone");
	view.undated = (uint64_t) undated;
	view.without_balance = (uint64_t) without_balance;
	if (days.node->count > BALANCE_MAX_DAYS)
		return scoring_json_fault(&days, fault, "%u days, more than there are in 300 years", days.node->count);
	view.days = scoring_alloc(host, (days.node->count + 1) * sizeof(BalanceDay));
	for (uint32_t i = 0; i < days.node->count; i++)
	{
		JsonAt		at = scoring_json_item(&days, i);
		JsonAt		date;
		BalanceDay *day = &view.days[view.ndays++];

		if (!scoring_json_expect(&at, JSON_ARRAY, fault))
			return false;
		if (at.node->count != 4 && at.node->count != 9)
			return scoring_json_fault(&at, fault, "a day has 4 items, or 9 if it has more than one observation");
		date = scoring_json_item(&at, 0);
		if (!scoring_json_expect(&date, JSON_STRING, fault))
			return false;
		if (date.node->count != 10 || !calendar_from_text(date.node->text, &day->day))
			return scoring_json_fault(&date, fault, "not a date of the years 1900 to 2199, as YYYY-MM-DD");
		if (i > 0 && day->day <= day[-1].day)
			return scoring_json_fault(&date, fault, "days must ascend");
		if (!read_moment(&at, 1, &day->first, fault))
			return false;
		day->last = day->first;
		day->lowest = day->highest = day->first.balance;
		if (at.node->count == 9)
		{
			JsonAt		lowest = scoring_json_item(&at, 7);
			JsonAt		highest = scoring_json_item(&at, 8);

			if (!read_moment(&at, 4, &day->last, fault) ||
				!scoring_json_as_integer(&lowest, -BALANCE_MAX, BALANCE_MAX, &day->lowest, fault) ||
				!scoring_json_as_integer(&highest, -BALANCE_MAX, BALANCE_MAX, &day->highest, fault))
				return false;
			if (compare_moments(&day->first, &day->last) == 0 || !day_is_sound(day))
				return scoring_json_fault(&at, fault, "no observations can give this day");
		}
		if (i % 1024 == 1023)
			scoring_check(host);
	}
	balance_history_encode(&view, out);
	return true;
}

const ProfileType balance_history_profile = {
	.name = "a balance history",
	.merge = merge_parts,
	.recode = recode,
	.write = write_json,
	.read = read_json,
	.mismatch = mismatch
};

/* ---------- windows ---------- */

/* The first day that is not before `day`. */
static size_t
search(const BalanceView *view, int64_t day)
{
	size_t		low = 0;
	size_t		high = view->ndays;

	while (low < high)
	{
		size_t		middle = (low + high) / 2;

		if (view->days[middle].day < day)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* An unsigned number of 192 bits, for sums of squares of 1e17 over 300 years of days. */
typedef struct Wide
{
	uint64_t	limb[3];
} Wide;

static void
wide_add_product(Wide *sum, unsigned __int128 number, uint64_t factor)
{
	unsigned __int128 carry = 0;

	for (int i = 0; i < 3; i++)
	{
		carry += (unsigned __int128) (uint64_t) number * factor + sum->limb[i];
		sum->limb[i] = (uint64_t) carry;
		carry >>= 64;
		number >>= 64;
	}
}

static void
wide_multiply(Wide *number, uint64_t factor)
{
	unsigned __int128 carry = 0;

	for (int i = 0; i < 3; i++)
	{
		carry += (unsigned __int128) number->limb[i] * factor;
		number->limb[i] = (uint64_t) carry;
		carry >>= 64;
	}
}

/* What is taken away is not the greater. */
static void
wide_subtract(Wide *number, unsigned __int128 term)
{
	uint64_t	borrow = 0;

	for (int i = 0; i < 3; i++)
	{
		unsigned __int128 take = (unsigned __int128) (uint64_t) term + borrow;

		borrow = number->limb[i] < take;
		number->limb[i] -= (uint64_t) take;
		term >>= 64;
	}
}

static double
wide_to_double(const Wide *number)
{
	return ((double) number->limb[2] * 18446744073709551616.0 + (double) number->limb[1]) * 18446744073709551616.0 +
		(double) number->limb[0];
}

void
balance_history_window(const BalanceView *view, int64_t from, int32_t to, BalanceWindow *out)
{
	size_t		begin = search(view, from);
	size_t		end = search(view, to);
	__int128	sum = 0;
	int64_t		mean;
	Wide		squares = {{0}};
	int64_t		known_from;

	memset(out, 0, sizeof(*out));
	if (from >= to || end == 0)
		return;
	out->days_observed = (int32_t) (end - begin);
	if (begin > 0)
	{
		known_from = from;
		out->opening = out->lowest = out->highest = view->days[begin - 1].last.balance;
	}
	else
	{
		known_from = view->days[0].day;
		out->opening = view->days[0].first.balance;
		out->lowest = view->days[0].lowest;
		out->highest = view->days[0].highest;
	}
	out->closing = view->days[end - 1].last.balance;
	out->days_known = (int32_t) (to - known_from);
	for (size_t i = begin; i < end; i++)
	{
		out->lowest = lower_of(out->lowest, view->days[i].lowest);
		out->highest = higher_of(out->highest, view->days[i].highest);
	}

	/* A balance stands from its day to the next one's, within the window. */
#define EACH_BALANCE(statement) \
	for (size_t i = begin > 0 ? begin - 1 : 0; i < end; i++) \
	{ \
		int64_t		start = view->days[i].day > known_from ? view->days[i].day : known_from; \
		int64_t		stop = i + 1 < end ? view->days[i + 1].day : to; \
		int64_t		length = stop - start; \
		int64_t		balance = view->days[i].last.balance; \
\
		statement; \
	}
	EACH_BALANCE(
				 sum += (__int128) balance * length;
				 if (balance < 0)
					 out->days_negative += (int32_t) length)
	out->average = (double) sum / (double) (100 * (int64_t) out->days_known);
	/* About a whole number next to the mean; what it is off by is taken out at the end, exactly. */
	mean = (int64_t) (sum / out->days_known);
	EACH_BALANCE(
				 unsigned __int128 distance = (unsigned __int128) (balance > mean ? balance - mean : mean - balance);

				 wide_add_product(&squares, distance * distance, (uint64_t) length))
#undef EACH_BALANCE
	sum -= (__int128) mean * out->days_known;
	if (sum < 0)
		sum = -sum;
	wide_multiply(&squares, (uint64_t) out->days_known);
	wide_subtract(&squares, (unsigned __int128) sum * (unsigned __int128) sum);
	out->volatility = __builtin_sqrt(wide_to_double(&squares)) / (double) (100 * (int64_t) out->days_known);
}

bool
balance_history_at(const BalanceView *view, int32_t day, int64_t *balance)
{
	size_t		end = search(view, day);

	if (end == 0)
		return false;
	*balance = view->days[end - 1].last.balance;
	return true;
}

bool
balance_history_observed(const BalanceView *view, int32_t day, int32_t *observed)
{
	size_t		end = search(view, day);

	if (end == 0)
		return false;
	*observed = view->days[end - 1].day;
	return true;
}

bool
balance_history_slope(const BalanceView *view, int64_t from, int32_t to, double *slope)
{
	__int128	sum_y = 0;
	__int128	sum_xy = 0;
	__int128	sum_x;
	__int128	sum_xx;
	int64_t		n;
	size_t		at = 0;

	if (view->ndays == 0)
		return false;
	if (from < calendar_month(view->days[0].day))
		from = calendar_month(view->days[0].day);
	n = to - from;
	if (n < 2)
		return false;
	for (int64_t x = 0; x < n; x++)
	{
		int32_t		next = calendar_month_start((int32_t) (from + x + 1));
		int64_t		balance;

		while (at + 1 < view->ndays && view->days[at + 1].day < next)
			at++;
		balance = view->days[at].last.balance;
		sum_y += balance;
		sum_xy += (__int128) balance * x;
	}
	sum_x = (__int128) n * (n - 1) / 2;
	sum_xx = (__int128) n * (n - 1) * (2 * n - 1) / 6;
	*slope = (double) (n * sum_xy - sum_x * sum_y) / (double) (100 * (n * sum_xx - sum_x * sum_x));
	return true;
}
