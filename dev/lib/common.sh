# Shared by dev/test, dev/demo and dev/matrix; sourced, by bash.
#
# What it gives: Debian packages, a scratch directory with a copy of the sources, private copies of the server's
# programs, throw-away clusters, and the end of all of it. Nothing but packages is left on the machine: the extension
# is installed into the copy of the server, which is the reason there is one.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

# The caller's own PostgreSQL settings, files and language are not the tests' concern.
PG_VERSION=${PG_VERSION:-}
for variable in $(compgen -v PG); do
	[ "$variable" = PG_VERSION ] || unset "$variable"
done
unset variable MAKEFLAGS MAKELEVEL CFLAGS CPPFLAGS LDFLAGS COPT
export LC_ALL=C.UTF-8

say() { printf '%s\n' "$*"; }
complain() { printf '%s\n' "$*" >&2; }
die() { complain "$*"; exit 1; }

# --- packages ---------------------------------------------------------------------------------------------------------

as_root()
{
	if [ "$(id -u)" = 0 ]; then
		"$@"
	elif command -v sudo > /dev/null; then
		sudo -n true 2> /dev/null || complain "sudo is needed to run: $*"
		sudo "$@"
	else
		die "neither root nor sudo: cannot run: $*"
	fi
}

has_package()
{
	[ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2> /dev/null)" = installed ]
}

# The server version to use: PG_VERSION, or the one that this Debian release ships.
choose_version()
{
	local release
	if [ -z "$PG_VERSION" ]; then
		release=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
		case $release in
			trixie) PG_VERSION=17 ;;
			forky | sid) PG_VERSION=18 ;;
			*) PG_VERSION=15 ;;
		esac
	fi
	case $PG_VERSION in
		15 | 16 | 17 | 18) ;;
		*) die "PG_VERSION is $PG_VERSION; scoring supports 15, 16, 17 and 18" ;;
	esac
}

# Installs those of the packages that are missing, and if one is, the newest minor version of all.
need_packages()
{
	local package missing=() dropin='' apt=(env DEBIAN_FRONTEND=noninteractive apt-get -q -y) log
	for package in "$@"; do
		has_package "$package" || missing+=("$package")
	done
	[ ${#missing[@]} -gt 0 ] || return 0
	command -v apt-get > /dev/null || die "missing, and this is not Debian: ${missing[*]}"
	say "installing ${missing[*]}"
	log=$WORK/apt.log
	# Debian's package makes and starts a cluster on port 5432 when it is first installed; nobody asked for one.
	if ! has_package "postgresql-$PG_VERSION"; then
		dropin=/etc/postgresql-common/createcluster.d/scoring-none.conf
		as_root mkdir -p "${dropin%/*}"
		as_root sh -c "echo 'create_main_cluster = false' > $dropin"
	fi
	if ! as_root "${apt[@]}" update > "$log" 2>&1 ||
		! as_root "${apt[@]}" install --no-install-recommends "$@" >> "$log" 2>&1; then
		tail -n 30 "$log" >&2
		[ -z "$dropin" ] || as_root rm -f "$dropin"
		die "could not install ${missing[*]}"
	fi
	[ -z "$dropin" ] || as_root rm -f "$dropin"
}

# --- scratch ----------------------------------------------------------------------------------------------------------

# Socket paths are limited to about 100 bytes, so a long TMPDIR is not used.
make_workspace()
{
	local base=${TMPDIR:-/tmp}
	[ ${#base} -le 40 ] || base=/tmp
	WORK=$(mktemp -d "$base/scoring.XXXXXX") || die "cannot make a directory in $base"
	chmod 755 "$WORK"
	RUNNING=''
	trap 'leave $?' EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM
	trap 'exit 129' HUP
}

# Ends what this run started, by process id, and removes its directory.
leave()
{
	local status=$1 pidfile
	trap '' INT TERM HUP
	trap - EXIT
	if [ -n "$RUNNING" ]; then
		kill -TERM -- "-$RUNNING" 2> /dev/null
		for _ in {1..50}; do
			kill -0 -- "-$RUNNING" 2> /dev/null || break
			sleep 0.1
		done
		kill -KILL -- "-$RUNNING" 2> /dev/null
	fi
	for pidfile in "$WORK"/*/data/postmaster.pid; do
		[ -e "$pidfile" ] || continue
		stop_cluster "$(basename "${pidfile%/data/postmaster.pid}")" immediate
	done
	if declare -F clean_up > /dev/null; then
		clean_up
	fi
	rm -rf "$WORK"
	exit "$status"
}

# Runs a function in a process group of its own, so that an interrupt can end all of it at once.
in_group()
{
	local status
	set -m
	("$@") < /dev/null &
	RUNNING=$!
	set +m
	wait "$RUNNING"
	status=$?
	RUNNING=''
	return $status
}

# The server refuses to run as root; Debian's packages bring the user postgres.
as_runner()
{
	if [ "$(id -u)" = 0 ]; then
		setpriv --reuid=postgres --regid=postgres --init-groups -- env HOME="$WORK" "$@"
	else
		"$@"
	fi
}

give_to_runner()
{
	if [ "$(id -u)" = 0 ]; then
		chown -R postgres "$@"
	fi
}

# copy_sources DIR: tracked files and new ones that are not ignored, so that no build disturbs the working tree.
copy_sources()
{
	mkdir -p "$1"
	if [ -e "$ROOT/.git" ] && (cd "$ROOT" && git -c safe.directory='*' ls-files -z -c -o --exclude-standard) > "$WORK/files" 2> /dev/null; then
		(cd "$ROOT" && while IFS= read -r -d '' file; do
			if [ -e "$file" ]; then printf '%s\0' "$file"; fi
		done < "$WORK/files" | tar --null --no-recursion -T - -cf -) | tar -xf - -C "$1"
	else
		tar -cf - -C "$ROOT" --exclude=.git --exclude='*.o' --exclude='*.so' --exclude='*.bc' . | tar -xf - -C "$1"
	fi || die "cannot copy the sources"
	give_to_runner "$1"
}

# copy_server NAME: a private copy of the server's programs in $WORK/NAME; PostgreSQL finds its files relative to them.
# Programs are copied, the rest is links.
copy_server()
{
	local home=$WORK/$1 lib=usr/lib/postgresql/$PG_VERSION share=usr/share/postgresql/$PG_VERSION
	mkdir -p "$home/$lib" "$home/$share" "$home/run"
	cp -a "/$lib/bin" "$home/$lib/"
	cp -as "/$lib/lib" "$home/$lib/"
	cp -as "/$share/." "$home/$share/"
	ln -s /usr/include "$home/usr/include"
	rm -rf "$home/$lib/lib/scoring.so" "$home/$lib/lib/bitcode/scoring"* "$home/$share/extension/scoring"*
	give_to_runner "$home"
}

server_bin() { printf '%s\n' "$WORK/$1/usr/lib/postgresql/$PG_VERSION/bin"; }

# build NAME SOURCES [make arguments]: builds the sources and installs them into the server copy NAME.
build()
{
	local config sources=$2
	config=$(server_bin "$1")/pg_config
	shift 2
	(cd "$sources" && as_runner make -s -j2 PG_CONFIG="$config" "$@" all && as_runner make -s PG_CONFIG="$config" "$@" install)
}

# start_cluster NAME [setting ...]: makes and starts a cluster with the server copy NAME. With PRELOAD set, the server
# runs with that LD_PRELOAD.
start_cluster()
{
	local name=$1 home=$WORK/$1 bin setting
	bin=$(server_bin "$name")
	shift
	as_runner "$bin/initdb" -D "$home/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync > "$home/initdb.log" 2>&1 ||
		{ cat "$home/initdb.log" >&2; return 1; }
	{
		echo "listen_addresses = ''"
		echo "unix_socket_directories = '$home/run'"
		echo 'port = 54321'
		echo 'fsync = off'
		echo 'full_page_writes = off'
		echo 'synchronous_commit = off'
		echo 'shared_buffers = 128MB'
		echo 'max_wal_size = 2GB'
		for setting in "$@"; do echo "$setting"; done
	} | as_runner tee -a "$home/data/postgresql.conf" > /dev/null
	as_runner env ${PRELOAD:+LD_PRELOAD="$PRELOAD"} timeout 120 "$bin/pg_ctl" -D "$home/data" -l "$home/server.log" -w start > /dev/null ||
		{ cat "$home/server.log" >&2; return 1; }
}

stop_cluster()
{
	as_runner "$(server_bin "$1")/pg_ctl" -D "$WORK/$1/data" -m "${2:-fast}" -w stop > /dev/null 2>&1
}

# use_cluster NAME: psql, make and the rest now mean this cluster.
use_cluster()
{
	export PATH PGHOST=$WORK/$1/run PGPORT=54321 PGUSER=postgres PGDATABASE=postgres
	PATH=$(server_bin "$1"):${PATH#"$WORK"/*/bin:}
}

# As the caller, who may read files that the server's user may not.
run_psql() { psql -X -q "$@"; }
