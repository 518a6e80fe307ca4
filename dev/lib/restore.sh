# A workspace survives: dump and restore in every form, a restore that lost the roles, pg_upgrade, logical replication.
# The step restore of dev/test, which sources this; it uses its check, run_psql and clusters.

# second_cluster NAME [setting ...]: another cluster of the same programs.
second_cluster()
{
	local name=$1
	shift
	mkdir -p "$WORK/$name/run"
	ln -sfn "$WORK/main/usr" "$WORK/$name/usr"
	give_to_runner "$WORK/$name"
	start_cluster "$name" "$@"
}

# sound DATABASE: doctor() finds nothing, and all decisions come out as they were.
sound()
{
	run_psql -At -v ON_ERROR_STOP=1 -d "$1" -c "SELECT * FROM scoring.doctor() WHERE object <> 'server'" > "$WORK/doctor.out" || return
	no_lines . "$WORK/doctor.out" || return
	[ "$(run_psql -At -d "$1" -c 'SELECT count(*), count(*) FILTER (WHERE equal) FROM scoring.replay_all(everything => true)')" = '1000|1000' ]
}

# says DATABASE PATTERN QUERY: the query fails, and its message matches.
says()
{
	if run_psql -At -v ON_ERROR_STOP=1 -d "$1" -c "$3" > "$WORK/says.out" 2>&1; then
		cat "$WORK/says.out"
		return 1
	fi
	grep -E "$2" "$WORK/says.out" || { cat "$WORK/says.out"; return 1; }
}

# Every entry that needs the owner fails: so do the views.
fails_closed()
{
	says "$1" 'the scoring workspace is disarmed' "SELECT scoring.score('retail', a) FROM staff_applicant a" &&
		says "$1" 'the scoring workspace is disarmed' "SELECT scoring.registered_model('retail')" &&
		says "$1" 'the scoring workspace is disarmed' "SELECT d.decision FROM staff_applicant a, scoring.decide('retail_policy', NULL, a, a.number, 'test') d" &&
		says "$1" 'the scoring workspace is disarmed' "SELECT scoring.approve_model('retail@1', 'x')" &&
		run_psql -At -d "$1" -c "SELECT object, remedy FROM scoring.doctor()" | grep -F 'adopt => true'
}

# The one line that doctor() of a restore without roles tells.
mend() { run_psql -At -v ON_ERROR_STOP=1 -d "$1" -c "SELECT scoring.setup('regress_bank', adopt => true)"; }

dumped() { run_psql -At -d "$1" -c "SELECT 'scoring_data.' || relname, (xpath('/row/c/text()', query_to_xml('SELECT md5(string_agg(t::text, chr(10) ORDER BY t::text COLLATE \"C\")) AS c FROM scoring_data.' || quote_ident(relname) || ' t', false, true, '')))[1] FROM pg_class WHERE relnamespace = 'scoring_data'::regnamespace AND relkind = 'r' ORDER BY 1"; }

step_restore()
{
	local dump=$WORK/bank.dump
	fresh_database bank
	if ! run_psql -d bank -v ON_ERROR_STOP=1 -c 'CREATE EXTENSION scoring' -f "$SOURCES/test/staff.sql" > "$WORK/staff.log" 2>&1; then
		failed 'test/staff.sql' "$WORK/staff.log"
		return
	fi
	check 'a bank at work is sound' sound bank
	dumped bank > "$WORK/bank.sums"
	pg_dumpall --roles-only | grep -E 'regress_' > "$WORK/bank.roles"
	pg_dump -Fp -f "$dump.sql" bank && pg_dump -Fd -j 2 -f "$dump.dir" bank || { failed 'pg_dump'; return; }
	check 'who is no superuser cannot dump it' says_dump_denied

	# The same cluster, other databases.
	fresh_database bank_plain
	check 'plain dump' run_psql -d bank_plain -v ON_ERROR_STOP=1 -f "$dump.sql"
	check 'plain dump is sound' sound bank_plain
	check 'plain dump has the same rows' diff "$WORK/bank.sums" <(dumped bank_plain)
	fresh_database bank_parallel
	check 'parallel restore' pg_restore --exit-on-error -j 4 -d bank_parallel "$dump.dir"
	check 'parallel restore is sound' sound bank_parallel
	fresh_database bank_present
	run_psql -d bank_present -c 'CREATE EXTENSION scoring'
	pg_restore -j 4 -d bank_present "$dump.dir" > "$WORK/present.log" 2>&1
	check 'restored where the extension exists, it is sound' sound bank_present
	fresh_database bank_no_owner
	check 'restore with --no-owner' pg_restore --exit-on-error --no-owner -d bank_no_owner "$dump.dir"
	check 'restored with --no-owner, it fails closed' fails_closed bank_no_owner
	check 'restored with --no-owner, it is mended' mend bank_no_owner
	check 'restored with --no-owner and mended, it is sound' sound bank_no_owner
	fresh_database bank_no_privileges
	pg_restore --no-privileges -d bank_no_privileges "$dump.dir"
	check 'restored with --no-privileges, nobody has a duty' says bank_no_privileges 'permission denied' 'SET SESSION AUTHORIZATION regress_olga; SELECT scoring.doctor()'
	run_psql -d bank_no_privileges -At -c 'SELECT scoring.apply_grants()' > /dev/null
	check 'restored with --no-privileges and grants applied, it is sound' sound bank_no_privileges

	protected_tests

	# Another cluster.
	second_cluster other 'wal_level = logical' || { failed 'another cluster'; return; }
	use_cluster other
	fresh_database bank
	run_psql -d bank -f "$dump.sql" > "$WORK/lost.log" 2>&1
	check 'a restore that lost the roles complains of nothing else' only_roles_missing "$WORK/lost.log"
	check 'a restore that lost the roles fails closed' fails_closed bank
	check 'a restore that lost the roles is mended' mend bank
	check 'a model granted to a role that is not there is found' finds bank 'granted to role "regress_olga", which does not exist'
	run_psql -d bank -c 'CREATE ROLE regress_olga LOGIN'
	check 'a restore that lost the roles and was mended is sound' sound bank
	run_psql -c 'DROP DATABASE bank' -c 'DROP ROLE regress_olga'
	run_psql -f "$WORK/bank.roles" > "$WORK/roles.log" 2>&1
	fresh_database bank
	check 'a fresh cluster, roles first' run_psql -d bank -v ON_ERROR_STOP=1 -f "$dump.sql"
	check 'a fresh cluster, roles first, is sound' sound bank
	check 'people have their duties there' run_psql -d bank -v ON_ERROR_STOP=1 -c "SET SESSION AUTHORIZATION regress_olga" \
		-c "SELECT d.decision FROM staff_applicant a, scoring.decide('retail_policy', NULL, a, a.number, 'test') d WHERE a.id = 1"
	run_psql -c 'DROP DATABASE bank'
	stop_cluster other

	use_cluster main
	lose_tests
	standby_tests
	upgrade_tests
	replicate_tests
	use_cluster main
	for database in vault bank bank_plain bank_parallel bank_present bank_no_owner bank_no_privileges; do run_psql -c "DROP DATABASE $database"; done
}

# What of protected tables can be reached, and by whom, is the same.
reach()
{
	run_psql -At -d "$1" < "$SOURCES/test/protected_reach.sql" > "$WORK/reach.out" 2> "$WORK/reach.err"
	cat "$WORK/reach.out" "$WORK/reach.err"
}
reaches_the_same() { reach "$1" | diff "$WORK/vault.reach" -; }
well() { run_psql -At -v ON_ERROR_STOP=1 -d "$1" -c "SELECT * FROM scoring.doctor() WHERE object <> 'server'" > "$WORK/doctor.out" && no_lines . "$WORK/doctor.out"; }
view_refuses() { says "$1" "$2" "SET SESSION AUTHORIZATION regress_offi; BEGIN; SELECT scoring.begin_access('credit', 'L-2'); SELECT count(*) FROM scoring_views.officer_payment"; }
# What doctor() tells to do for the bank's tables, and for the views of them.
follow_doctor()
{
	run_psql -At -d "$1" -c "SELECT remedy FROM scoring.doctor() WHERE object ~ '^vault'" > "$WORK/remedies.sql" && [ -s "$WORK/remedies.sql" ] &&
		run_psql -d "$1" -v ON_ERROR_STOP=1 -f "$WORK/remedies.sql" || return
	run_psql -At -d "$1" -c "SELECT DISTINCT remedy FROM scoring.doctor() WHERE object ~ '^scoring_views'" > "$WORK/remedies.sql" && { echo 'SET SESSION AUTHORIZATION regress_stew;'; cat "$WORK/remedies.sql"; } | run_psql -d "$1" -v ON_ERROR_STOP=1
}

# Protected tables keep their protection, or the views of them refuse and doctor() says what to do.
protected_tests()
{
	local dump=$WORK/vault.dump
	fresh_database vault
	if ! run_psql -d vault -v ON_ERROR_STOP=1 -c 'CREATE EXTENSION scoring' -f "$SOURCES/test/protected.sql" > "$WORK/vault.log" 2>&1; then
		failed 'test/protected.sql' "$WORK/vault.log"
		return
	fi
	reach vault > "$WORK/vault.reach"
	check 'protected tables are read through their views, by nobody else' grep -Fx '16|248|1|2|30' "$WORK/vault.reach"
	check 'a bank with protected tables is well' well vault
	pg_dump -Fp -f "$dump.sql" vault && pg_dump -Fc -f "$dump" vault && pg_dump -Fd -j 2 -f "$dump.dir" vault || { failed 'pg_dump of protected tables'; return; }
	fresh_database vault_copy
	check 'protected tables, plain dump' run_psql -d vault_copy -v ON_ERROR_STOP=1 -f "$dump.sql"
	check 'protected tables, plain dump, are protected' reaches_the_same vault_copy
	check 'protected tables, plain dump, are well' well vault_copy
	fresh_database vault_copy
	check 'protected tables, custom dump' pg_restore --exit-on-error -d vault_copy "$dump"
	check 'protected tables, custom dump, are protected' reaches_the_same vault_copy
	fresh_database vault_copy
	check 'protected tables, parallel restore' pg_restore --exit-on-error -j 4 -d vault_copy "$dump.dir"
	check 'protected tables, parallel restore, are protected' reaches_the_same vault_copy
	check 'protected tables, parallel restore, are well' well vault_copy
	fresh_database vault_copy
	pg_restore --exit-on-error --no-owner -d vault_copy "$dump.dir"
	check 'protected tables restored with --no-owner: views refuse' view_refuses vault_copy 'the scoring workspace is disarmed'
	run_psql -d vault_copy -c "SELECT scoring.setup('regress_vault', adopt => true)"
	check 'protected tables restored with --no-owner and mended are protected' reaches_the_same vault_copy
	check 'protected tables restored with --no-owner and mended are well' well vault_copy
	fresh_database vault_copy
	pg_restore --no-privileges -d vault_copy "$dump.dir"
	check 'protected tables restored with --no-privileges: views refuse' view_refuses vault_copy 'permission denied'
	run_psql -d vault_copy -c 'SELECT scoring.apply_grants()'
	check 'protected tables restored with --no-privileges, grants applied: views still refuse' view_refuses vault_copy 'a column that it rests on must not be read'
	check 'protected tables restored with --no-privileges: doctor() says what is missing' finds vault_copy 'regress_vault_owner lacks USAGE on schema vault'
	check 'protected tables restored with --no-privileges are mended by what doctor() says' follow_doctor vault_copy
	check 'protected tables restored with --no-privileges and mended are well' well vault_copy
	# What the bank itself had granted is the bank's to grant again.
	run_psql -d vault_copy -c 'GRANT USAGE ON SCHEMA vault TO regress_till, regress_nosy' -c 'GRANT SELECT, INSERT ON vault.payment TO regress_till'
	check 'protected tables restored with --no-privileges and mended are protected' reaches_the_same vault_copy

	# What happens to a table. Each time the views still hold, or refuse until it was said what it is.
	fresh_database vault_copy
	pg_restore --exit-on-error -d vault_copy "$dump"
	run_psql -d vault_copy -c 'ALTER TABLE vault.payment RENAME TO payments'
	check 'a renamed table: views refuse' view_refuses vault_copy 'the table has another name'
	check 'a renamed table: doctor() says so' finds vault_copy 'it is recorded as protected, but there is no such table'
	run_psql -d vault_copy -c 'ALTER TABLE vault.payments RENAME TO payment' -c 'ALTER TABLE vault.payment SET SCHEMA public'
	check 'a table moved to another schema: views refuse' view_refuses vault_copy 'the table has another name'
	run_psql -d vault_copy -c 'ALTER TABLE public.payment SET SCHEMA vault'
	check 'a table moved back is as it was' reaches_the_same vault_copy
	run_psql -d vault_copy -c 'ALTER TABLE vault.payment ADD COLUMN secret text'
	check 'a column that is added is hidden' reaches_the_same vault_copy
	check 'a column of a view is not dropped under it' says vault_copy 'other objects depend on' 'ALTER TABLE vault.payment DROP COLUMN amount'
	run_psql -d vault_copy -c 'ALTER TABLE vault.payment RENAME COLUMN amount TO sum'
	check 'a renamed column: views refuse' view_refuses vault_copy 'a column that it rests on must not be read'
	run_psql -d vault_copy -c 'ALTER TABLE vault.payment RENAME COLUMN sum TO amount'
	run_psql -d vault_copy -c 'SET SESSION AUTHORIZATION regress_vault' -c 'CREATE TABLE vault.payment_3 PARTITION OF vault.payment FOR VALUES FROM (date $$2024-03-01$$) TO (date $$2024-04-01$$)'
	check 'a new partition: views refuse' view_refuses vault_copy 'row security of vault.payment_3 is off'
	run_psql -d vault_copy -c 'SET SESSION AUTHORIZATION regress_vault' -c "SELECT scoring.arm_children('vault.payment')" -c 'DROP TABLE vault.payment_3'
	check 'once armed they do not' reaches_the_same vault_copy
	run_psql -d vault_copy -c 'ALTER TABLE vault.payment_2 DISABLE ROW LEVEL SECURITY'
	check 'row security off on a partition: views refuse' view_refuses vault_copy 'row security of vault.payment_2 is off'
	run_psql -d vault_copy -c 'ALTER TABLE vault.payment_2 ENABLE ROW LEVEL SECURITY' -c 'GRANT SELECT ON vault.payment_2 TO regress_nosy'
	check 'a privilege on a partition: views refuse' view_refuses vault_copy 'regress_nosy has SELECT on vault.payment_2'
	run_psql -c 'DROP DATABASE vault_copy'
}

says_dump_denied()
{
	run_psql -c 'GRANT pg_read_all_data TO regress_udo'
	pg_dump -U regress_udo bank > /dev/null 2> "$WORK/denied.log"
	run_psql -c 'REVOKE pg_read_all_data FROM regress_udo'
	grep -F 'query would be affected by row-level security policy' "$WORK/denied.log"
}

# Every error names a role that is not there.
only_roles_missing()
{
	if grep -E '^(psql.*)?(ERROR|FATAL)|ERROR:' "$1" | grep -vE 'role "regress_[a-z_]+" does not exist'; then
		return 1
	fi
	grep -qE 'role "regress_bank_owner" does not exist' "$1"
}

# The extension dropped with all that depends on it: models are gone, nothing falls back to anything, and it is said.
lose_tests()
{
	fresh_database bank_lost
	run_psql -d bank_lost -v ON_ERROR_STOP=1 -f "$dump.sql" > /dev/null
	check 'the extension is not dropped from under a workspace' says bank_lost 'cannot drop extension scoring because other objects depend on it' 'DROP EXTENSION scoring'
	run_psql -d bank_lost -c 'SET client_min_messages = warning' -c 'DROP EXTENSION scoring CASCADE' -c 'CREATE EXTENSION scoring'
	check 'after DROP EXTENSION CASCADE nobody has a duty' says bank_lost 'permission denied' "SELECT scoring.registered_model('retail')"
	check 'after DROP EXTENSION CASCADE doctor() says that, too' finds bank_lost 'they cannot be checked'
	run_psql -d bank_lost -At -c 'SELECT scoring.apply_grants()' > /dev/null
	check 'after DROP EXTENSION CASCADE no model is used' says bank_lost 'column .*model.* does not exist' "SELECT scoring.registered_model('retail')"
	check 'after DROP EXTENSION CASCADE doctor() says so' finds bank_lost 'restore it from a backup'
	run_psql -c 'DROP DATABASE bank_lost'
}

finds() { run_psql -At -d "$1" -c 'SELECT object, finding, remedy FROM scoring.doctor()' > "$WORK/finds.out"; cat "$WORK/finds.out"; grep -qE "$2" "$WORK/finds.out"; }

# On a physical standby models are found by name, decisions replayed, the doctor consulted; nothing is written.
standby_tests()
{
	local home=$WORK/standby bin
	bin=$(server_bin main)
	mkdir -p "$home/run"
	ln -sfn "$WORK/main/usr" "$home/usr"
	give_to_runner "$home"
	as_runner "$bin/pg_basebackup" -h "$PGHOST" -p "$PGPORT" -U postgres -D "$home/data" -R -c fast > "$WORK/standby.log" 2>&1 || { failed 'pg_basebackup' "$WORK/standby.log"; return; }
	echo "unix_socket_directories = '$home/run'" | as_runner tee -a "$home/data/postgresql.conf" > /dev/null
	start_again standby
	use_cluster standby
	check 'a standby is one' run_psql -d bank -v ON_ERROR_STOP=1 -c 'SELECT 1 / pg_is_in_recovery()::integer'
	check 'a standby is sound' sound bank
	check 'a standby scores by name as by value' run_psql -d bank -v ON_ERROR_STOP=1 -c "SET SESSION AUTHORIZATION regress_olga" \
		-c "SELECT 1 / (count(*) = 1000 AND bool_and(scoring.score('retail', a) = scoring.score(scoring.registered_model('retail'), a)))::integer FROM staff_applicant a"
	check 'a standby decides nothing' says bank 'read-only transaction' "SELECT d.decision FROM staff_applicant a, scoring.decide('retail_policy', NULL, a, a.number, 'test') d WHERE a.id = 1"
	check 'a standby records nothing' says bank 'the audit log cannot be written on a standby' "SELECT scoring._audit('x')"
	check 'a standby seals nothing' says bank 'the audit log cannot be written on a standby' 'SELECT scoring.audit_root()'
	check 'a standby verifies' run_psql -d bank -v ON_ERROR_STOP=1 -c 'SELECT 1 / (count(*) = 0)::integer FROM scoring.audit_verify()'
	check 'on a standby no access begins' says bank 'no access can begin on a standby' "BEGIN; SELECT scoring.begin_access('credit_decision', 'L-1')"
	stop_cluster standby
	use_cluster main
}

# pg_upgrade from a copy of the main cluster to a new one of the same release: what is tested is that no column, type or
# grant of a workspace stands in its way.
upgrade_tests()
{
	local bin home=$WORK/upgraded log=$WORK/upgrade.log
	bin=$(server_bin main)
	use_cluster main
	mkdir -p "$home/run" "$home/old"
	ln -sfn "$WORK/main/usr" "$home/usr"
	give_to_runner "$home"
	as_runner "$bin/initdb" -D "$home/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync > "$log" 2>&1 || { failed 'initdb' "$log"; return; }
	stop_cluster main
	(cd "$home" && as_runner "$bin/pg_upgrade" -b "$bin" -B "$bin" -d "$WORK/main/data" -D "$home/data" -U postgres -s "$home/run") > "$log" 2>&1
	local status=$?
	start_again main
	if [ $status -ne 0 ]; then
		find "$home/data/pg_upgrade_output.d" -name '*.log' -exec tail -n 20 {} + >> "$log" 2> /dev/null
		failed 'pg_upgrade' "$log"
		return
	fi
	passed 'pg_upgrade'
	printf "%s\n" "listen_addresses = ''" "unix_socket_directories = '$home/run'" 'port = 54321' 'fsync = off' | as_runner tee -a "$home/data/postgresql.conf" > /dev/null
	as_runner "$bin/pg_ctl" -D "$home/data" -l "$home/server.log" -w start > /dev/null
	use_cluster upgraded
	check 'a cluster after pg_upgrade is sound' sound bank
	check 'protected tables after pg_upgrade are protected' reaches_the_same vault
	check 'protected tables after pg_upgrade are well' well vault
	check 'people have their duties after pg_upgrade' run_psql -d bank -v ON_ERROR_STOP=1 -c "SET SESSION AUTHORIZATION regress_olga" \
		-c "SELECT d.decision FROM staff_applicant a, scoring.decide('retail_policy', NULL, a, a.number, 'test') d WHERE a.id = 1"
	stop_cluster upgraded
	use_cluster main
}

start_again()
{
	as_runner "$(server_bin "$1")/pg_ctl" -D "$WORK/$1/data" -l "$WORK/$1/server.log" -w start > /dev/null
}

# Every table but the one that setup() fills by itself. The applications work at the publisher; the subscriber replays.
replicate_tests()
{
	local tables
	start_again other
	use_cluster other
	fresh_database bank
	run_psql -d bank -v ON_ERROR_STOP=1 -f "$dump.sql" > "$WORK/publisher.log" 2>&1 || { failed 'a publisher' "$WORK/publisher.log"; return; }
	tables=$(run_psql -At -d bank -c "SELECT string_agg(c.oid::regclass::text, ', ') FROM pg_class c WHERE relnamespace = 'scoring_data'::regnamespace AND relkind = 'r' AND relname <> 'workspace'")
	run_psql -d bank -c "CREATE PUBLICATION bank FOR TABLE $tables"
	fresh_database mirror
	run_psql -d mirror -v ON_ERROR_STOP=1 -c 'CREATE EXTENSION scoring' -c "SELECT scoring.setup('regress_bank')" -c "TRUNCATE $tables" > "$WORK/mirror.log" 2>&1 ||
		{ failed 'a subscriber' "$WORK/mirror.log"; return; }
	run_psql -d bank -c "SELECT pg_create_logical_replication_slot('mirror', 'pgoutput')" > /dev/null
	run_psql -d mirror -c "CREATE SUBSCRIPTION mirror CONNECTION 'host=$PGHOST port=$PGPORT user=postgres dbname=bank' PUBLICATION bank WITH (create_slot = false, slot_name = 'mirror')" > /dev/null 2>&1
	run_psql -d bank -v ON_ERROR_STOP=1 -c "SET SESSION AUTHORIZATION regress_stig" -c "SELECT scoring.grant_model('retail', 'regress_anna', 'score')" > /dev/null
	for _ in {1..150}; do
		[ "$(dumped bank | grep -v workspace)" != "$(dumped mirror | grep -v workspace)" ] || break
		sleep 0.2
	done
	check 'a subscriber has the same rows' diff <(dumped bank | grep -v workspace) <(dumped mirror | grep -v workspace)
	# Sequences are not replicated; doctor() says how to set them when the subscriber takes over.
	check 'a subscriber lacks the sequences, and doctor() says so' finds mirror 'setval'
	run_psql -At -d mirror -c "SELECT remedy FROM scoring.doctor() WHERE remedy ~ 'setval'" | run_psql -d mirror > /dev/null
	check 'a subscriber with its sequences set is sound' sound mirror
	run_psql -d mirror -c 'DROP SUBSCRIPTION mirror' > /dev/null 2>&1
	run_psql -d bank -c "SELECT pg_drop_replication_slot('mirror') FROM pg_replication_slots WHERE slot_name = 'mirror'" > /dev/null 2>&1
	stop_cluster other
}
