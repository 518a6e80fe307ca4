# Neighbours: databases that differ in one hidden subject, and everything a restricted role can observe in them; the step
# neighbours of dev/test, which sources this.
#
# The databases have one name, in clusters that are copies of one another, and are built by one script. What the role is
# shown is compared byte by byte, section by section, after times and process numbers have been replaced; sections that
# test/attack/CHANNELS declares are left out, by name and with a reason. The log that the role's statements leave is a
# section too.

# neighbour_cluster NAME
neighbour_cluster()
{
	mkdir -p "$WORK/$1"
	ln -sfn "$WORK/main/usr" "$WORK/$1/usr"
	if [ ! -d "$WORK/neighbour/data" ]; then
		mkdir -p "$WORK/neighbour" && ln -sfn "$WORK/main/usr" "$WORK/neighbour/usr" && mkdir -p "$WORK/neighbour/run" && give_to_runner "$WORK/neighbour"
		start_cluster neighbour 'autovacuum = off' 'log_min_messages = info' "log_line_prefix = ''" 'track_io_timing = off' 'jit = off' && stop_cluster neighbour || return
	fi
	cp -a "$WORK/neighbour/data" "$WORK/$1/data" && mkdir -p "$WORK/$1/run" && give_to_runner "$WORK/$1" || return
	sed -i "s,$WORK/neighbour/run,$WORK/$1/run," "$WORK/$1/data/postgresql.conf"
	as_runner timeout 120 "$(server_bin "$1")/pg_ctl" -D "$WORK/$1/data" -l "$WORK/$1/server.log" -w start > /dev/null
}

# What two runs of one script differ in by themselves.
without_times()
{
	sed -E -e 's/[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?([+-][0-9:]+)?/<time>/g' -e "s,$WORK/[a-z0-9_]+/,<cluster>/,g"
}

# observe NAME SCRIPT ROLE: prints what the role is shown, then the log of it.
observe()
{
	local mark
	mark=$(stat -c %s "$WORK/$1/server.log")
	(use_cluster "$1"; run_psql -U "$3" -d neighbour -At -v VERBOSITY=verbose -v SHOW_CONTEXT=always -f "$SOURCES/test/attack/$2.sql" 2>&1)
	echo '@@ server log'
	tail -c +$((mark + 1)) "$WORK/$1/server.log"
}

# without_channels TIER FILE: the sections that are not declared for the tier; for T2_closed, not declared as ones that nothing
# closes.
without_channels()
{
	awk -F '\t' -v tier="$1" '
		NR == FNR { if (!/^#/ && tier ~ "^" $1 && (tier !~ /closed/ || $3 == "no")) declared[$2]; next }
		/^@@ / { name = substr($0, 4); hidden = name in declared }
		!hidden' "$SOURCES/test/attack/CHANNELS" "$2"
}

# same_observation TIER LEFT RIGHT
same_observation() { diff <(without_channels "$1" "$2") <(without_channels "$1" "$3"); }

# Every declared channel names a section that is observed.
channels_are_observed()
{
	local tier name
	grep -v '^#' "$SOURCES/test/attack/CHANNELS" | while IFS=$'\t' read -r tier name _; do
		grep -qxF "@@ $name" "$WORK"/neighbours/*.out || echo "no section $name"
	done > "$WORK/channels.out"
	no_lines . "$WORK/channels.out"
}

# differs SECTION LEFT RIGHT: that the harness sees what is there to be seen.
differs()
{
	section() { awk -v name="@@ $1" '/^@@ / { inside = $0 == name } inside' "$2"; }
	[ "$(section "$1" "$2" | wc -l)" -gt 1 ] || { echo "no section $1"; return 1; }
	! diff <(section "$1" "$2") <(section "$1" "$3") > /dev/null
}

# build_neighbour NAME VARIABLE VALUE
build_neighbour()
(
	neighbour_cluster "$1" || { echo "no cluster $1"; exit 1; }
	use_cluster "$1"
	run_psql -c 'CREATE DATABASE neighbour TEMPLATE template0' &&
		run_psql -d neighbour -v ON_ERROR_STOP=1 -v "$2=$3" -f "$SOURCES/test/attack/fixture.sql" &&
		# What is observed of the release is its second version, when some have left and others come.
		run_psql -U registrar_rita -d neighbour -v ON_ERROR_STOP=1 -c "SELECT scoring.withdraw_consent((8800881000 + n)::text, 'research') FROM generate_series(101, 117) n" \
			-c "SELECT scoring.record_consents('{8800881011,8800881012,8800881013}', 'research', 'written consent', 'paper', now() + interval '1 year')" > "$WORK/refresh.log" &&
		run_psql -U steward_stig -d neighbour -v ON_ERROR_STOP=1 -c "SELECT scoring.refresh_release('borrower_research')" >> "$WORK/refresh.log"
)

step_neighbours()
{
	local out=$WORK/neighbours name variant seen tier channel
	mkdir -p "$out"
	# Not at once: the first makes what the others are copies of.
	for name in none:neighbour=none t1_value:neighbour=value t1_existence:neighbour=existence t2_value:withheld=value t2_existence:withheld=existence; do
		variant=${name#*:}
		name=${name%%:*}
		check "$name is built" build_neighbour "$name" "${variant%=*}" "${variant#*=}" || return
		observe "$name" observe_t1 officer_north | without_times > "$out/$name.t1.out"
		observe "$name" observe_t2 analyst_temp | without_times > "$out/$name.t2.out"
		# Again when the administrator has closed what can be closed.
		(use_cluster "$name"; run_psql -At -d neighbour -c 'SELECT remedy FROM scoring.open_channels()' | run_psql -d neighbour)
		observe "$name" observe_t2 analyst_temp | without_times > "$out/$name.t2_closed.out"
		observe "$name" observe_control officer_north | without_times > "$out/$name.control.out"
		stop_cluster "$name"
	done
	for variant in value existence; do
		check "T1: an officer is shown the same, whatever a hidden subject's $variant" same_observation T1 "$out/none.t1.out" "$out/t1_$variant.t1.out"
		check "T1: a hidden subject's $variant changes nothing for an analyst either" same_observation T2 "$out/none.t2.out" "$out/t1_$variant.t2.out"
		check "T2: an analyst is shown the same, whatever the $variant of a subject who is in no release" same_observation T2 "$out/none.t2.out" "$out/t2_$variant.t2.out"
		check "T2: with open_channels() closed, that leaves pg_class alone, by $variant" same_observation T2_closed "$out/none.t2_closed.out" "$out/t2_$variant.t2_closed.out"
		check "T2: nor is an officer of whose scope that subject is" same_observation T1 "$out/none.t1.out" "$out/t2_$variant.t1.out"
		# That the harness can fail.
		for seen in 'a plain view and a cheap function' 'a policy and EXPLAIN' 'a release that is exact'; do
			case $seen in *release*) name=t2_$variant ;; *) name=t1_$variant ;; esac
			check "the harness sees ${seen}, by $variant" differs "control: $seen" "$out/none.control.out" "$out/$name.control.out"
		done
	done
	check 'every declared channel is observed' channels_are_observed
	# Which of them tell two databases apart here, for the reader of this run.
	for tier in t1 t2; do
		grep -v '^#' "$SOURCES/test/attack/CHANNELS" | awk -F '\t' -v tier="${tier^^}" '$1 == tier { print $2 }' | while read -r channel; do
			for variant in value existence; do
				! differs "$channel" "$out/none.$tier.out" "$out/${tier}_$variant.$tier.out" > /dev/null || say "  ${tier^^}, open: $channel tells a hidden subject's $variant"
			done
		done
	done
}
