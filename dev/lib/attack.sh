# Attacks on protected tables, one file for each family, in copies of a database with test/attack/fixture.sql; the step
# attack of dev/test, which sources this. What an attacker is shown, and what the server's log says of it, is searched for
# canaries: values of the fixture that he may not see.

CANARY='CANARY-[a-z]|(7654[0-9]{5}|[0-9]{2}93717)([^0-9]|$)|880088[01][0-9]{3}|(^|[^0-9])187[0-9]-[0-9]{2}'

# no_canary FILE: prints the lines that have one.
no_canary() { if grep -nE "$CANARY" "$1"; then return 1; fi; }

# attack_fixture DATABASE [-v variable=value ...]
attack_fixture()
{
	local database=$1
	shift
	fresh_database "$database"
	run_psql -d "$database" -v ON_ERROR_STOP=1 "$@" -f "$SOURCES/test/attack/fixture.sql" > "$WORK/fixture.log" 2>&1 ||
		{ failed 'test/attack/fixture.sql' "$WORK/fixture.log"; return 1; }
}

# attack_file FILE [SUFFIX]: in a copy of the fixture of its own. Counts assertions as tap_file does; errors of statements
# are what attackers get, so whether the file came to its end is told by their number.
attack_file()
{
	local name log mark
	name=$(basename "$1" .sql)
	log=$WORK/attack/$name${2:-}.log
	mark=$(stat -c %s "$WORK/main/server.log")
	run_psql -c "DROP DATABASE IF EXISTS attack" -c "CREATE DATABASE attack TEMPLATE attack_fixture" > "$log" 2>&1 || { failed "$name: a copy of the fixture" "$log"; return; }
	run_psql -At -d attack -v ON_ERROR_ROLLBACK=on -v SHOW_CONTEXT=always -v VERBOSITY=verbose -f "$1" > "$log" 2>&1
	awk -v step="$STEP" -v file="$name${2:-}" -v plan="$(grep -cE "^SELECT attack\.(ok|is)\(" "$1")" -v results="$WORK/results" '
		/^(ok|not ok) - / {
			seen++
			verdict = /^ok/ ? "pass" : "fail"
			text = $0; sub(/^(not )?ok - /, "", text); gsub(/\t/, " ", text)
			printf "%s\t%s\t%s: %s\n", step, verdict, file, text >> results
			bad = verdict == "fail"
			if (bad) print "  FAILED " step ": " file ": " text
			next
		}
		/^#/ { if (bad) print "    " $0; next }
		{ bad = 0 }
		END { if (!(plan > 0 && seen == plan)) { print "  " file " has " plan " assertions and ran " seen + 0; exit 1 } }' "$log" ||
		failed "$name did not run all it had planned" "$log"
	check "$name${2:-}: no canary in what the attacker sees" no_canary "$log"
	tail -c +$((mark + 1)) "$WORK/main/server.log" > "$log.server"
	check "$name${2:-}: no canary in the server's log" no_canary "$log.server"
}

# Every vector is in test/attack/VECTORS; what it says is closed has an assertion that passed in the file it names, and what
# an assertion says it is about is in the list.
vectors_are_told()
{
	awk -F '\t' -v step="$STEP" '
		FILENAME ~ /VECTORS$/ {
			if (/^#/ || $0 == "") next
			if (NF != 4) { print "VECTORS:" FNR ": not four fields"; bad = 1; next }
			if ($3 !~ /^(closed|residual|elsewhere|not applicable)$/) { print "VECTORS:" FNR ": " $3; bad = 1 }
			told[$1]
			if ($3 == "closed") { closed[$1] = $4 }
			next
		}
		$1 == step && $2 == "pass" && $3 ~ /: V[0-9][0-9]/ {
			file = $3; sub(/:.*/, "", file)
			text = $3; sub(/^[^:]*: /, "", text)
			while (match(text, /^V[0-9][0-9]/)) {
				vector = substr(text, 1, 3); tested[vector, file]; any[vector]
				text = substr(text, 4); sub(/^[ ,]+/, "", text)
			}
		}
		END {
			for (i = 1; i <= 65; i++) {
				vector = sprintf("V%02d", i)
				if (!(vector in told)) { print vector " is not in VECTORS"; bad = 1 }
			}
			for (vector in closed) {
				n = split(closed[vector], files, /, */)
				for (i = 1; i <= n; i++)
					if (!((vector, files[i]) in tested)) { print vector " is closed by " files[i] ", which has no assertion of it that passed"; bad = 1 }
			}
			for (vector in any) if (!(vector in told)) { print vector " is tested and not in VECTORS"; bad = 1 }
			exit bad
		}' "$SOURCES/test/attack/VECTORS" "$WORK/results"
}

step_attack()
{
	local file
	mkdir -p "$WORK/attack"
	run_psql -c 'ALTER SYSTEM SET autovacuum = off' -c 'SELECT pg_reload_conf()' > /dev/null
	drop_roles
	attack_fixture attack_fixture || return
	for file in "$SOURCES"/test/attack/*.sql; do
		case $(basename "$file") in fixture.sql | observe_*.sql) continue ;; esac
		attack_file "$file"
	done
	check 'every vector is told' vectors_are_told
	# Once more with the library in every session from its start.
	run_psql -c "ALTER SYSTEM SET session_preload_libraries = 'scoring'" -c 'SELECT pg_reload_conf()' > /dev/null
	for file in "$SOURCES"/test/attack/*.sql; do
		case $(basename "$file") in fixture.sql | observe_*.sql) continue ;; esac
		attack_file "$file" ' (preloaded)'
	done
	run_psql -c 'ALTER SYSTEM RESET session_preload_libraries' -c 'ALTER SYSTEM RESET autovacuum' -c 'SELECT pg_reload_conf()' > /dev/null
	run_psql -c 'DROP DATABASE attack' -c 'DROP DATABASE attack_fixture'
	drop_roles
}
