/*
 * activity_json_core.c: the text form of an activity, canonical JSON (docs/activity.md).
 *
 * Amounts are integers in minor units, squares a string of decimal digits; what is zero is left out, but for the smallest
 * and largest amount, which are there if any amount is known.
 */
#include "activity_core.h"

/* ---------- writing ---------- */

static void
write_member(ScoringBuffer *json, const char *name, int64_t value)
{
	scoring_write_format(json, ",\"%s\":%lld", name, (long long) value);
}

static void
write_wide(ScoringBuffer *json, ActivityWide value)
{
	char		text[48];
	char	   *at = text + sizeof(text);

	*--at = '\0';
	do
	{
		*--at = (char) ('0' + (int) (value % 10));
		value /= 10;
	} while (value > 0);
	scoring_write_format(json, ",\"squares\":\"%s\"", at);
}

static void
write_cell(ScoringBuffer *json, const ActivityCell *cell)
{
	static const char *const names[] = {"inflow_events", "outflow_events", "zero_events", "unknown_events", "inflow", "outflow"};
	const int64_t values[] = {cell->n_in, cell->n_out, cell->n_zero, cell->n_unknown, cell->inflow, cell->outflow};

	for (int i = 0; i < 6; i++)
		if (values[i] != 0)
			write_member(json, names[i], values[i]);
	if (activity_known(cell) > 0)
	{
		write_member(json, "smallest", cell->smallest);
		write_member(json, "largest", cell->largest);
		write_wide(json, cell->squares);
	}
}

bool
activity_write(const ScoringHost *host, const uint8_t *packed, size_t length, ScoringBuffer *json, ScoringFault *fault)
{
	ActivityView view;
	uint32_t   *start;
	uint32_t   *order;
	char		day[11];

	if (!activity_decode(host, packed, length, true, &view, fault))
		return false;
	/* The parts of each bucket, in order of category. */
	start = scoring_alloc0(host, ((size_t) view.nbuckets + 2) * sizeof(uint32_t));
	order = scoring_alloc(host, ((size_t) view.nparts + 1) * sizeof(uint32_t));
	for (uint32_t i = 0; i < view.nparts; i++)
		start[view.parts[i].bucket + 2]++;
	for (uint32_t i = 2; i <= view.nbuckets; i++)
		start[i] += start[i - 1];
	for (uint32_t i = 0; i < view.nparts; i++)
		order[start[view.parts[i].bucket + 1]++] = i;

	scoring_write_format(json, "{\"bucket\":\"%s\",\"time_zone\":\"%s\",\"undated\":%lld,\"pooled\":%s,\"buckets\":[",
						 activity_unit_name(view.unit), view.zone[0] != '\0' ? view.zone : "UTC", (long long) view.undated,
						 view.pooled ? "true" : "false");
	for (uint32_t i = 0; i < view.nbuckets; i++)
	{
		const ActivityBucket *bucket = &view.buckets[i];

		scoring_check(host);
		calendar_to_text(bucket->start, day);
		scoring_write_format(json, "%s{\"start\":\"%s\"", i > 0 ? "," : "", day);
		if (view.unit != ACTIVITY_DAY)
		{
			const char *comma = "";

			scoring_write_text(json, ",\"active_days\":[");
			for (int b = 0; b < 31; b++)
				if ((bucket->days >> b & 1) != 0)
				{
					scoring_write_format(json, "%s%d", comma, b + 1);
					comma = ",";
				}
			scoring_write_text(json, "]");
		}
		write_cell(json, &bucket->cell);
		if (start[i + 1] > start[i])
		{
			scoring_write_text(json, ",\"categories\":[");
			for (uint32_t p = start[i]; p < start[i + 1]; p++)
			{
				const ActivityPart *part = &view.parts[order[p]];

				scoring_write_text(json, p > start[i] ? ",{" : "{");
				if (part->category == view.ncategories)
					scoring_write_text(json, "\"pooled\":true");
				else
				{
					scoring_write_text(json, "\"category\":");
					scoring_json_write_string(json, view.categories[part->category].text, view.categories[part->category].length);
				}
				write_member(json, "events", part->n);
				if (part->inflow != 0)
					write_member(json, "inflow", part->inflow);
				if (part->outflow != 0)
					write_member(json, "outflow", part->outflow);
				scoring_write_text(json, "}");
			}
			scoring_write_text(json, "]");
		}
		scoring_write_text(json, "}");
	}
	scoring_write_text(json, "]");
	if (view.ntail > 0)
	{
		scoring_write_text(json, ",\"tail\":[");
		for (uint32_t i = 0; i < view.ntail; i++)
		{
			calendar_to_text(view.tail[i].day, day);
			scoring_write_format(json, "%s{\"day\":\"%s\"", i > 0 ? "," : "", day);
			write_cell(json, &view.tail[i].cell);
			scoring_write_text(json, "}");
		}
		scoring_write_text(json, "]");
	}
	scoring_write_text(json, "}");
	return true;
}

/* ---------- reading ---------- */

static bool
read_wide(const JsonAt *at, ActivityWide *out, ScoringFault *fault)
{
	const char *text = NULL;
	JsonAt		member;

	if (!scoring_json_string(at, "squares", true, 39, &text, fault) || !scoring_json_member(at, "squares", true, &member, fault))
		return false;
	*out = 0;
	for (const char *digit = text; *digit != '\0'; digit++)
	{
		ActivityWide d = (ActivityWide) (*digit - '0');

		if (*digit < '0' || *digit > '9' || (*digit == '0' && digit == text && digit[1] != '\0') || *out > (~(ActivityWide) 0 - d) / 10)
			return scoring_json_fault(&member, fault, "\"%.60s\" is not a whole number of at most 128 bits", text);
		*out = *out * 10 + d;
	}
	if (text[0] == '\0')
		return scoring_json_fault(&member, fault, "a number is missing");
	return true;
}

static bool
read_cell(const JsonAt *at, ActivityCell *cell, ScoringFault *fault)
{
	memset(cell, 0, sizeof(*cell));
	if (!scoring_json_integer(at, "inflow_events", false, 0, ACTIVITY_MAX_ROWS, &cell->n_in, fault) ||
		!scoring_json_integer(at, "outflow_events", false, 0, ACTIVITY_MAX_ROWS, &cell->n_out, fault) ||
		!scoring_json_integer(at, "zero_events", false, 0, ACTIVITY_MAX_ROWS, &cell->n_zero, fault) ||
		!scoring_json_integer(at, "unknown_events", false, 0, ACTIVITY_MAX_ROWS, &cell->n_unknown, fault) ||
		!scoring_json_integer(at, "inflow", false, 0, INT64_MAX, &cell->inflow, fault) ||
		!scoring_json_integer(at, "outflow", false, 0, INT64_MAX, &cell->outflow, fault))
		return false;
	if (activity_known(cell) == 0)
		return true;
	return scoring_json_integer(at, "smallest", true, -ACTIVITY_MAX_MINOR, ACTIVITY_MAX_MINOR, &cell->smallest, fault) &&
		scoring_json_integer(at, "largest", true, -ACTIVITY_MAX_MINOR, ACTIVITY_MAX_MINOR, &cell->largest, fault) &&
		read_wide(at, &cell->squares, fault);
}

static bool
read_day(const JsonAt *at, const char *name, int32_t *day, ScoringFault *fault)
{
	const char *text;
	JsonAt		member;

	if (!scoring_json_string(at, name, true, 10, &text, fault))
		return false;
	if (!calendar_from_text(text, day))
	{
		if (!scoring_json_member(at, name, true, &member, fault))
			return false;
		return scoring_json_fault(&member, fault, "\"%.40s\" is not a date of the years 1900 to 2199, such as 2026-01-31", text);
	}
	return true;
}

static int
compare(const ActivityText *a, const char *text, uint32_t length)
{
	uint32_t	shared = a->length < length ? a->length : length;
	int			order = shared > 0 ? memcmp(a->text, text, shared) : 0;

	return order != 0 ? order : (a->length > length) - (a->length < length);
}

/* The place of a name, which is put where it belongs if it is new. */
static bool
place_category(const JsonAt *at, ActivityView *view, const char *text, uint32_t **index, uint32_t *nindex, uint32_t *out, ScoringFault *fault)
{
	uint32_t	length = (uint32_t) strlen(text);
	uint32_t	low = 0;
	uint32_t	high = *nindex;

	/* `index` is in order of bytes; the categories themselves stay in order of arrival, which activity_check() mends. */
	while (low < high)
	{
		uint32_t	middle = (low + high) / 2;
		int			order = compare(&view->categories[(*index)[middle]], text, length);

		if (order == 0)
		{
			*out = (*index)[middle];
			return true;
		}
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (*nindex == ACTIVITY_MAX_CATEGORIES)
		return scoring_json_fault(at, fault, "more than %d categories have names", ACTIVITY_MAX_CATEGORIES);
	memmove(*index + low + 1, *index + low, (*nindex - low) * sizeof(uint32_t));
	(*index)[low] = *nindex;
	view->categories[*nindex].text = text;
	view->categories[*nindex].length = length;
	*out = (*nindex)++;
	return true;
}

bool
activity_read(const ScoringHost *host, const JsonAt *root, ScoringBuffer *out, ScoringFault *fault)
{
	static const char *const members[] = {"bucket", "time_zone", "undated", "pooled", "buckets", "tail", NULL};
	static const char *const bucket_members[] = {"start", "active_days", "inflow_events", "outflow_events", "zero_events", "unknown_events",
	"inflow", "outflow", "smallest", "largest", "squares", "categories", NULL};
	static const char *const part_members[] = {"category", "pooled", "events", "inflow", "outflow", NULL};
	static const char *const tail_members[] = {"day", "inflow_events", "outflow_events", "zero_events", "unknown_events",
	"inflow", "outflow", "smallest", "largest", "squares", NULL};
	static const char *const units[] = {"day", "week", "month", NULL};
	ActivityView view;
	JsonAt		buckets;
	JsonAt		tail;
	const char *zone;
	int			unit;
	uint32_t   *index = scoring_alloc(host, (ACTIVITY_MAX_CATEGORIES + 1) * sizeof(uint32_t));
	uint32_t	nindex = 0;
	size_t		room = 0;
	ActivityPart *parts;
	uint32_t   *where;

	memset(&view, 0, sizeof(view));
	if (!scoring_json_expect(root, JSON_OBJECT, fault) || !scoring_json_only(root, members, fault) ||
		!scoring_json_word(root, "bucket", true, units, &unit, fault) ||
		!scoring_json_string(root, "time_zone", true, ACTIVITY_MAX_ZONE, &zone, fault) ||
		!scoring_json_integer(root, "undated", true, 0, ACTIVITY_MAX_ROWS, &view.undated, fault) ||
		!scoring_json_boolean(root, "pooled", true, &view.pooled, fault) ||
		!scoring_json_member(root, "buckets", true, &buckets, fault) || !scoring_json_expect(&buckets, JSON_ARRAY, fault) ||
		!scoring_json_member(root, "tail", false, &tail, fault))
		return false;
	view.unit = (ActivityUnit) unit;
	for (const char *c = zone; *c != '\0'; c++)
		if (*c <= ' ' || *c > '~' || *c == '"' || *c == '\\')
			return scoring_json_fault(root, fault, "\"%.60s\" is not a time zone", zone);
	if (zone[0] == '\0')
		return scoring_json_fault(root, fault, "the time zone has no name");
	if (strcmp(zone, "UTC") != 0)
		strcpy(view.zone, zone);
	view.nbuckets = buckets.node->count;
	view.buckets = scoring_alloc(host, ((size_t) view.nbuckets + 1) * sizeof(ActivityBucket));
	view.categories = scoring_alloc(host, (ACTIVITY_MAX_CATEGORIES + 1) * sizeof(ActivityText));
	for (uint32_t i = 0; i < view.nbuckets; i++)
	{
		JsonAt		at = scoring_json_item(&buckets, i);
		JsonAt		categories;

		if (!scoring_json_expect(&at, JSON_OBJECT, fault) || !scoring_json_member(&at, "categories", false, &categories, fault))
			return false;
		if (categories.node != NULL)
		{
			if (!scoring_json_expect(&categories, JSON_ARRAY, fault))
				return false;
			room += categories.node->count;
		}
	}
	if (room > ACTIVITY_MAX_CELLS)
		return scoring_json_fault(&buckets, fault, "more than %d categories in buckets", ACTIVITY_MAX_CELLS);
	view.parts = scoring_alloc(host, (room + 1) * sizeof(ActivityPart));
	for (uint32_t i = 0; i < view.nbuckets; i++)
	{
		JsonAt		at = scoring_json_item(&buckets, i);
		JsonAt		days;
		JsonAt		categories;
		ActivityBucket *bucket = &view.buckets[i];
		int32_t		day;

		scoring_check(host);
		if (!scoring_json_only(&at, bucket_members, fault) || !read_day(&at, "start", &day, fault))
			return false;
		bucket->number = activity_bucket_of(view.unit, day);
		bucket->start = day;
		if (activity_bucket_start(view.unit, bucket->number) != day)
			return scoring_json_fault(&at, fault, "no %s starts on that day", activity_unit_name(view.unit));
		if (i > 0 && bucket->number <= view.buckets[i - 1].number)
			return scoring_json_fault(&at, fault, "buckets are not in order of time");
		if (!scoring_json_member(&at, "active_days", view.unit != ACTIVITY_DAY, &days, fault))
			return false;
		bucket->days = view.unit == ACTIVITY_DAY;
		if (days.node != NULL)
		{
			int64_t		before = 0;

			if (view.unit == ACTIVITY_DAY)
				return scoring_json_fault(&days, fault, "a bucket of a day has no list of days");
			if (!scoring_json_expect(&days, JSON_ARRAY, fault))
				return false;
			for (uint32_t d = 0; d < days.node->count; d++)
			{
				JsonAt		item = scoring_json_item(&days, d);
				int64_t		number;

				if (!scoring_json_as_integer(&item, 1, view.unit == ACTIVITY_WEEK ? 7 : 31, &number, fault))
					return false;
				if (number <= before)
					return scoring_json_fault(&item, fault, "days are not in order");
				bucket->days |= UINT32_C(1) << (number - 1);
				before = number;
			}
			if (bucket->days == 0)
				return scoring_json_fault(&days, fault, "a bucket without an active day");
		}
		if (!read_cell(&at, &bucket->cell, fault) || !scoring_json_member(&at, "categories", false, &categories, fault))
			return false;
		if (categories.node != NULL && categories.node->count == 0)
			return scoring_json_fault(&categories, fault, "an empty list is left out");
		for (uint32_t c = 0; categories.node != NULL && c < categories.node->count; c++)
		{
			JsonAt		item = scoring_json_item(&categories, c);
			ActivityPart *part = &view.parts[view.nparts++];
			const char *name = NULL;
			bool		pooled = false;

			memset(part, 0, sizeof(*part));
			part->bucket = i;
			if (!scoring_json_expect(&item, JSON_OBJECT, fault) || !scoring_json_only(&item, part_members, fault) ||
				!scoring_json_string(&item, "category", false, ACTIVITY_MAX_CATEGORY, &name, fault) ||
				!scoring_json_boolean(&item, "pooled", false, &pooled, fault) ||
				!scoring_json_integer(&item, "events", true, 1, ACTIVITY_MAX_ROWS, &part->n, fault) ||
				!scoring_json_integer(&item, "inflow", false, 0, INT64_MAX, &part->inflow, fault) ||
				!scoring_json_integer(&item, "outflow", false, 0, INT64_MAX, &part->outflow, fault))
				return false;
			if (pooled ? name != NULL || !view.pooled : name == NULL)
				return scoring_json_fault(&item, fault, "it is either of a category or pooled, and pooled only where the activity is");
			if (pooled)
				part->category = ACTIVITY_MAX_CATEGORIES;
			else if (!place_category(&item, &view, name, &index, &nindex, &part->category, fault))
				return false;
		}
	}
	view.ncategories = nindex;
	if (view.pooled && nindex != ACTIVITY_MAX_CATEGORIES)
		return scoring_json_fault(root, fault, "categories are pooled beyond %d only", ACTIVITY_MAX_CATEGORIES);

	/* From order of bucket to order of category. */
	where = scoring_alloc0(host, (ACTIVITY_MAX_CATEGORIES + 2) * sizeof(uint32_t));
	parts = scoring_alloc(host, (room + 1) * sizeof(ActivityPart));
	for (uint32_t i = 0; i < view.nparts; i++)
		where[view.parts[i].category + 1]++;
	if (view.pooled && where[ACTIVITY_MAX_CATEGORIES + 1] == 0)
		return scoring_json_fault(root, fault, "nothing is pooled");
	for (int i = 0; i <= ACTIVITY_MAX_CATEGORIES; i++)
		where[i + 1] += where[i];
	for (uint32_t i = 0; i < view.nparts; i++)
	{
		ActivityPart *part = &parts[where[view.parts[i].category]++];

		*part = view.parts[i];
		if (part->category == ACTIVITY_MAX_CATEGORIES)
			part->category = view.ncategories;
	}
	view.parts = parts;
	for (uint32_t i = 1; i < view.nparts; i++)
		if (parts[i].category == parts[i - 1].category && parts[i].bucket == parts[i - 1].bucket)
			return scoring_json_fault(root, fault, "a category occurs twice in a bucket");

	/* The tail's days must be those that the buckets' active days say. */
	if (view.nbuckets > 0 && view.unit != ACTIVITY_DAY)
	{
		view.tail = scoring_alloc0(host, ACTIVITY_TAIL_DAYS * sizeof(ActivityDay));
		activity_find_tail(&view);
	}
	if ((tail.node != NULL) != (view.ntail > 0))
		return scoring_json_fault(root, fault, view.ntail > 0 ? "the tail is missing" : "there are no days for a tail");
	if (tail.node != NULL)
	{
		if (!scoring_json_expect(&tail, JSON_ARRAY, fault))
			return false;
		if (tail.node->count != view.ntail)
			return scoring_json_fault(&tail, fault, "the active days say that the tail has %u days", view.ntail);
		for (uint32_t i = 0; i < view.ntail; i++)
		{
			JsonAt		at = scoring_json_item(&tail, i);
			int32_t		day;

			if (!scoring_json_expect(&at, JSON_OBJECT, fault) || !scoring_json_only(&at, tail_members, fault) ||
				!read_day(&at, "day", &day, fault) || !read_cell(&at, &view.tail[i].cell, fault))
				return false;
			if (day != view.tail[i].day)
				return scoring_json_fault(&at, fault, "the active days say that another day stands here");
		}
	}
	if (!activity_check(host, &view, fault))
	{
		if (strcmp(fault->sqlstate, SCORING_FAULT_BINARY) == 0)
			fault->sqlstate = SCORING_FAULT_SYNTAX;
		return false;
	}
	activity_pack(host, &view, out);
	return true;
}
