# The step "crash" of dev/test; sourced by it. Batches of score_batch are ended at random moments in every way a batch can be ended, and
# resumed until they are done; then each row must have been written once in all of what was committed.
#
# So is the audit log, by sessions that write to it, half of them in transactions that fail.
#
# What is random comes from CRASH_SEED; a round that fails is repeated with dev/test crash and the same seed, but for
# the timing of the machine.

crash_sql() { run_psql -At -d crash -v ON_ERROR_STOP=1 "$@"; }

# Until the server, which starts again by itself after a crash, lets somebody in.
crash_wait()
{
	local twice=0
	for _ in {1..600}; do
		# Once could be before it has noticed that one of its processes was killed.
		if [ "$(run_psql -At -d crash -c 'SELECT 1' 2> /dev/null)" = 1 ]; then twice=$((twice + 1)); else twice=0; fi
		[ $twice -lt 2 ] || return 0
		sleep 0.05
	done
	complain 'the server did not come back'
	return 1
}

# crash_call SHARE: one call, in the foreground.
crash_call()
{
	PGAPPNAME=scoring_crash run_psql -d crash -v VERBOSITY=verbose -v ON_ERROR_STOP=1 \
		-c "CALL scoring.score_batch('crash@1', 'applicant', 'applicant_score', '{id}', chunk_rows => $CRASH_CHUNK, max_errors => 100000, share => $1)"
}

crash_backend() { run_psql -At -d crash -c "SELECT pid FROM pg_stat_activity WHERE application_name = 'scoring_crash' ORDER BY random() LIMIT 1" 2> /dev/null; }

# crash_end KIND: ends one session that is at it, or the server.
crash_end()
{
	local pid
	case $1 in
		kill) pid=$(crash_backend); [ -z "$pid" ] || kill -KILL "$pid" ;;
		immediate)
			stop_cluster crash immediate
			as_runner timeout 120 "$(server_bin crash)/pg_ctl" -D "$WORK/crash/data" -l "$WORK/crash/server.log" -w start > /dev/null
			;;
		cancel) pid=$(crash_backend); [ -z "$pid" ] || run_psql -At -d crash -c "SELECT pg_cancel_backend($pid)" > /dev/null ;;
		terminate) pid=$(crash_backend); [ -z "$pid" ] || run_psql -At -d crash -c "SELECT pg_terminate_backend($pid)" > /dev/null ;;
	esac
}

# crash_attempt KIND SHARE MILLISECONDS: a run by one session or two, ended after so long.
crash_attempt()
{
	local workers=() log=$WORK/crash/call-$BASHPID
	crash_call "$2" > "$log-1" 2>&1 &
	workers+=($!)
	if [ "$2" = true ]; then
		crash_call true > "$log-2" 2>&1 &
		workers+=($!)
	fi
	sleep "$(printf '%d.%03d' $(($3 / 1000)) $(($3 % 1000)))"
	crash_end "$1"
	wait "${workers[@]}"
	crash_wait
}

# crash_round KIND SHARE LASTING: ended once or more within the milliseconds that a whole run takes, then resumed to its end.
crash_round()
{
	local kinds=(kill immediate cancel terminate) kind=$1
	crash_begin || return
	for _ in $(seq 0 $((RANDOM % 2))); do
		crash_attempt "$kind" "$2" $((RANDOM * $3 / 32768)) || return
		case $(crash_sql -c "SELECT CASE WHEN state = 'interrupted' AND chunks_done > 0 THEN 'amid' ELSE state END FROM scoring_data.progress, round WHERE run > last_before ORDER BY run DESC LIMIT 1") in
			amid) echo >> "$WORK/crash/amid" ;;
			running) echo 'a run without a session is shown as running'; return 1 ;;
			done) break ;;
		esac
		kind=${kinds[RANDOM % 4]}
	done
	crash_call "$2" > "$WORK/crash/last.log" 2>&1 || { cat "$WORK/crash/last.log"; return 1; }
	crash_verdict
}

crash_begin() { crash_sql -c 'TRUNCATE applicant_score, written, round' -c 'INSERT INTO round SELECT coalesce(max(run), 0) FROM scoring_data.progress'; }

crash_verdict()
{
	local verdict
	verdict=$(crash_sql -c 'SELECT * FROM verdict') || return
	[ "$verdict" = 't|t|t|t|t|t' ] || { crash_sql -x -c 'SELECT * FROM verdict'; return 1; }
}

crash_prepare() { crash_sql -v rows="$1" -f "$SOURCES/test/crash/batch.sql" > "$WORK/crash/prepare.log" 2>&1 || { cat "$WORK/crash/prepare.log"; return 1; }; }

# A file system of a few megabytes, on which only the target lies, gets full, and is made larger.
crash_full_disk()
{
	local disk=$WORK/disk
	mkdir -p "$disk"
	mount -t tmpfs -o size=3m tmpfs "$disk" || return
	give_to_runner "$disk"
	crash_prepare 100000 && crash_begin &&
		crash_sql -c "CREATE TABLESPACE crash_disk LOCATION '$disk'" -c 'ALTER TABLE applicant_score SET TABLESPACE crash_disk' > /dev/null || return
	CRASH_CHUNK=2000
	if crash_call false > "$WORK/crash/full.log" 2>&1 || ! grep -q 'ERROR:  53100: ' "$WORK/crash/full.log"; then
		echo 'the disk did not get full'
		cat "$WORK/crash/full.log"
		return 1
	fi
	[ "$(crash_sql -c "SELECT state = 'interrupted' AND chunks_done > 0 FROM scoring_data.progress ORDER BY run DESC LIMIT 1")" = t ] || { echo 'nothing was done before'; return 1; }
	mount -o remount,size=64m "$disk" && crash_call false > "$WORK/crash/full.log" 2>&1 && grep -q ' resumed: ' "$WORK/crash/full.log" && crash_verdict
}

# Called by leave(), when the servers are down.
clean_up()
{
	if mountpoint -q "$WORK/disk" 2> /dev/null; then
		umount "$WORK/disk"
	fi
}

# Sessions that write to the audit log, about few subjects, so that they meet; and seal it.
crash_audit_load()
{
	cat > "$WORK/crash/audit.pgbench" <<-'SCRIPT'
		\set subject random(1, 6)
		\set fate random(1, 20)
		BEGIN;
		SELECT scoring._audit('begin access', 'a purpose', 'S-' || :subject);
		SELECT scoring._audit('read', 'a view'), scoring._audit('end of read', 'a view', NULL, '{"rows": 1}');
		\if :fate <= 10
		ROLLBACK;
		\else
		COMMIT;
		\endif
		\if :fate = 1
		SELECT scoring.seal_audit();
		\endif
	SCRIPT
	pgbench -n -c 8 -T 60 -f "$WORK/crash/audit.pgbench" crash > "$WORK/crash/pgbench.log" 2>&1
}

# crash_audit ANCHOR: nothing is wrong with the log.
crash_audit_verdict()
{
	local wrong
	wrong=$(crash_sql -v anchor="$1" -f "$SOURCES/test/crash/audit.sql") || return
	[ -z "$wrong" ] || { printf '%s\n' "$wrong" | head -n 20; return 1; }
}

# crash_audit KIND: the server goes down amid the load, and the log is whole, with more in it than before.
crash_audit()
{
	local anchor entries load
	anchor=$(crash_sql -c 'SELECT scoring.audit_root()') && entries=$(crash_sql -c 'SELECT count(*) FROM scoring_data.audit_entry') || return
	crash_audit_load &
	load=$!
	sleep "1.$((RANDOM % 900 + 100))"
	if [ "$1" = kill ]; then
		kill -KILL "$(run_psql -At -d crash -c "SELECT pid FROM pg_stat_activity WHERE application_name = 'pgbench' LIMIT 1")"
	else
		crash_end "$1"
	fi
	wait "$load"
	crash_wait && crash_audit_verdict "$anchor" || return
	[ "$(crash_sql -c 'SELECT count(*) FROM scoring_data.audit_entry')" -gt $((entries + 1000)) ] || { echo 'hardly an entry was written'; cat "$WORK/crash/pgbench.log"; return 1; }
}

step_crash()
{
	local kinds=(kill immediate cancel terminate) round share kind began lasting rounds=${CRASH_ROUNDS:-52} log=$WORK/crash.log
	CRASH_CHUNK=500
	copy_server crash
	{ build crash "$SOURCES" && start_cluster crash 'synchronous_commit = on' 'full_page_writes = on' 'autovacuum = off'; } > "$log" 2>&1 || { failed 'a server to be crashed' "$log"; return; }
	use_cluster crash
	run_psql -d postgres -c 'CREATE DATABASE crash'
	: > "$WORK/crash/amid"
	RANDOM=$((${CRASH_SEED:=$$} % 32768))
	say "  CRASH_SEED=$CRASH_SEED"
	crash_prepare 20000 > "$log" 2>&1 || { failed 'test/crash/batch.sql' "$log"; return; }
	check 'a round begins' crash_begin
	began=$(date +%s%3N)
	check 'a run that nobody ends' crash_call false
	lasting=$(($(date +%s%3N) - began))
	check 'wrote each row once' crash_verdict
	for ((round = 1; round <= rounds; round++)); do
		kind=${kinds[round % 4]}
		share=false
		[ $((round / 4 % 3)) -ne 2 ] || share=true
		RANDOM=$(((CRASH_SEED + round) % 32768))
		check "round $round: $kind$([ $share = false ] || echo ', two sessions')" crash_round "$kind" "$share" "$lasting"
	done
	# A test that always strikes before or after the run would show nothing.
	check "$(wc -l < "$WORK/crash/amid") rounds of $rounds were ended amid the run" test "$(wc -l < "$WORK/crash/amid")" -ge $((rounds / 3))
	check 'amcheck is there' crash_sql -c 'CREATE EXTENSION amcheck'
	for kind in immediate kill immediate; do
		check "the audit log: $kind" crash_audit "$kind"
	done
	if [ -n "${CRASH_LARGE:-}" ]; then
		crash_prepare 1000000 > "$log" 2>&1 || { failed 'a million rows' "$log"; return; }
		CRASH_CHUNK=10000
		check 'a large round begins' crash_begin
		began=$(date +%s%3N)
		check 'a million rows that nobody ends' crash_call false
		lasting=$(($(date +%s%3N) - began))
		check 'wrote each of a million rows once' crash_verdict
		for kind in kill immediate cancel; do
			check "a million rows: $kind" crash_round "$kind" false "$lasting"
		done
	else
		skipped 'a million rows: CRASH_LARGE is not set'
	fi
	if [ "$(id -u)" = 0 ]; then
		check 'a full disk' crash_full_disk
	else
		skipped 'a full disk: only root can mount a small one'
	fi
	stop_cluster crash
}
