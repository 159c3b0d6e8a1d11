# shellcheck shell=bash
# What setup.sh and test.sh share: who runs what, the servers, and making a site.
# Sourced, never run. The caller sets BENCH_DIR and BENCH_USER first.

say() { printf '\n==> %s\n' "$*"; }

fail() {
	printf 'error: %s\n' "$*" >&2
	exit 1
}

as_root() {
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	elif command -v sudo >/dev/null; then
		sudo "$@"
	else
		fail "this needs root or sudo: $*"
	fi
}

home_of() { getent passwd "$1" | cut -d: -f6; }

# bench refuses root, so root gives its commands to the bench's owner. The environment goes along
# (proxies, certificates, settings of pip, npm and uv); what belongs to root's own home does not, nor
# the working directory, which the owner may be unable to enter.
as_bench() {
	local home
	home=$(home_of "$BENCH_USER")
	if [ "$(id -un)" = "$BENCH_USER" ]; then
		PATH="$home/.local/bin:$PATH" "$@"
	elif [ "$(id -u)" -eq 0 ]; then
		runuser -u "$BENCH_USER" -- env -u XDG_CONFIG_HOME -u XDG_CACHE_HOME -u XDG_RUNTIME_DIR \
			-C "$home" HOME="$home" USER="$BENCH_USER" LOGNAME="$BENCH_USER" \
			PATH="$home/.local/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" "$@"
	else
		fail "the bench belongs to $BENCH_USER: run this as $BENCH_USER or as root"
	fi
}

in_bench() { as_bench env -C "$BENCH_DIR" "$@"; }

bench_python() { as_bench env -C "$BENCH_DIR/sites" ../env/bin/python "$@"; }

# The same that `bench --site ...` runs, without needing the bench command itself. A progress bar's
# hundreds of states make one line each in a log: they are left out where nobody looks on.
frappe() {
	if [ -t 1 ]; then
		bench_python -m frappe.utils.bench_helper frappe "$@"
	else
		bench_python -m frappe.utils.bench_helper frappe "$@" | sed -u 's/.*\r//; /^Updating DocTypes for /d'
	fi
}

has_frappe() { [ -f "$BENCH_DIR/sites/apps.txt" ] && [ -x "$BENCH_DIR/env/bin/python" ]; }

on_bench() { as_bench grep -qx "$1" "$BENCH_DIR/sites/apps.txt"; }

# A value of the bench's common_site_config.json, or nothing.
common_config() {
	bench_python -c 'import json, sys; print(json.load(open("common_site_config.json")).get(sys.argv[1], ""))' "$1"
}

# Installs what an app's pyproject.toml asks for and the bench lacks; $2 names an optional part besides. pip is not
# asked where nothing is missing, so that a machine without a network can go on.
install_requirements() {
	local missing
	mapfile -t missing < <(bench_python - "$1/pyproject.toml" "${2:-}" <<-'PYTHON'
		import sys
		from importlib.metadata import PackageNotFoundError, version
		from pip._vendor.packaging.requirements import Requirement
		try:
		    import tomllib
		except ImportError:
		    from pip._vendor import tomli as tomllib

		with open(sys.argv[1], "rb") as file:
		    project = tomllib.load(file)["project"]
		for text in project["dependencies"] + project.get("optional-dependencies", {}).get(sys.argv[2], []):
		    wanted = Requirement(text)
		    try:
		        if wanted.specifier.contains(version(wanted.name)):
		            continue
		    except PackageNotFoundError:
		        pass
		    print(text.replace(" ", ""))
	PYTHON
	)
	[ "${#missing[@]}" -eq 0 ] && return
	say "Installing ${missing[*]}"
	bench_python -m pip install --quiet "${missing[@]}"
}

# --- servers -------------------------------------------------------------------------------------

mariadb_is_up() { mariadb-admin ping --silent >/dev/null 2>&1; }

wait_for() {
	local _
	for _ in $(seq 1 60); do
		"$@" && return
		sleep 1
	done
	return 1
}

start_mariadb() {
	mariadb_is_up && return
	command -v mariadbd-safe >/dev/null || fail "MariaDB is not installed: run ./setup.sh"
	say "Starting MariaDB"
	if [ -d /run/systemd/system ]; then
		as_root systemctl start mariadb
	else
		# No systemd (a container): the server is started by hand, and outlives this script.
		as_root install -d -o mysql -g mysql /run/mysqld
		as_root sh -c 'setsid nohup mariadbd-safe >/dev/null 2>&1 </dev/null 9<&- &'
	fi
	wait_for mariadb_is_up || fail "MariaDB did not start: see /var/log/mysql and the system's journal"
}

redis_port() { as_bench sed -n 's/^port //p' "$BENCH_DIR/config/$1.conf"; }

redis_is_up() { redis-cli -p "$(redis_port "$1")" ping >/dev/null 2>&1; }

REDIS_STARTED=()

start_redis() {
	local name
	for name in redis_cache redis_queue; do
		redis_is_up "$name" && continue
		in_bench redis-server "config/$name.conf" --daemonize yes >/dev/null
		if ! wait_for redis_is_up "$name"; then
			echo "error: Redis did not start: see $BENCH_DIR/config/$name.conf" >&2
			return 1
		fi
		REDIS_STARTED+=("$name")
	done
}

# `bench start` brings its own Redis and stops when the ports are taken: what we started, we stop.
stop_started_redis() {
	local name
	for name in "${REDIS_STARTED[@]}"; do
		redis-cli -p "$(redis_port "$name")" shutdown nosave >/dev/null 2>&1 || true
	done
	REDIS_STARTED=()
}

# --- sites ---------------------------------------------------------------------------------------

# (Not grep -q, here and elsewhere after a pipe: it would leave early and break the pipe.)
has_app() { frappe --site "$1" list-apps | awk '{print $1}' | grep -x "$2" >/dev/null; }

# The database admin's password is read from common_site_config.json, never given on a command line.
# Frappe 15 names a database after the site alone: two benches would take each other's.
new_site() {
	local database
	database="_$(printf %s "$BENCH_DIR/$1" | sha1sum | cut -c1-16)"
	frappe new-site "$1" --force --db-name "$database" --admin-password "${ADMIN_PASSWORD:-admin}" \
		--db-root-username "$(common_config root_login)" --mariadb-user-host-login-scope localhost </dev/null
}

# A site with ERPNext, this app and the demo company. A mark says that the making has not ended, so
# that a site whose making was broken off is made anew, and a finished one is only brought up to date.
make_site() {
	local site=$1 app mark="$BENCH_DIR/config/.making-$1"
	if as_bench test -e "$mark" || ! as_bench test -e "$BENCH_DIR/sites/$site/site_config.json"; then
		say "Making the site $site"
		as_bench touch "$mark"
		new_site "$site"
	fi
	for app in erpnext serial_inventory; do
		has_app "$site" "$app" || frappe --site "$site" install-app "$app"
	done
	if ! as_bench test -e "$mark"; then
		say "Migrating the site $site"
		frappe --site "$site" migrate --skip-search-index
	fi
	frappe --site "$site" execute serial_inventory.setup.demo_company.create
	as_bench rm -f "$mark"
}
