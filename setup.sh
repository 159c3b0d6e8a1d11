#!/usr/bin/env bash
# A fresh Debian or Ubuntu machine -> a working bench with Frappe, ERPNext, this app and a demo site.
# Safe to run again: every step looks first. Works as root (a user is made, for bench refuses root)
# and as a user with sudo.
#
#   BENCH_DIR        where the bench goes          (default: frappe-bench in the bench user's home)
#   BENCH_USER       the user made for root        (default: frappe)
#   SITE             the demo site                 (default: demo.localhost)
#   ADMIN_PASSWORD   the demo site's Administrator (default: admin)
#   FRAPPE_SOURCE, ERPNEXT_SOURCE                  a URL or a local git path (default: upstream)
#   FRAPPE_BRANCH    of both                       (default: version-15)
#   PYTHON           the bench's Python            (default: /usr/bin/python3; on version-16 python3.14)
#
# Exit code 3: Frappe's or ERPNext's sources cannot be reached; nothing was installed.
set -euo pipefail

CHECKOUT=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
FRAPPE_SOURCE=${FRAPPE_SOURCE:-https://github.com/frappe/frappe}
ERPNEXT_SOURCE=${ERPNEXT_SOURCE:-https://github.com/frappe/erpnext}
FRAPPE_BRANCH=${FRAPPE_BRANCH:-version-15}
SITE=${SITE:-demo.localhost}

if [ "$(id -u)" -eq 0 ]; then
	BENCH_USER=${BENCH_USER:-frappe}
	BENCH_DIR=${BENCH_DIR:-/home/$BENCH_USER/frappe-bench}
else
	BENCH_USER=$(id -un)
	BENCH_DIR=${BENCH_DIR:-$HOME/frappe-bench}
fi

# shellcheck source=scripts/bench-env.sh
. "$CHECKOUT/scripts/bench-env.sh"

# Python's own variables of the caller's shell would reach into the bench's environment.
unset PYTHONPATH PYTHONHOME VIRTUAL_ENV

# --- before anything is installed ----------------------------------------------------------------

reachable() {
	local source=$1 host
	if command -v git >/dev/null; then
		GIT_TERMINAL_PROMPT=0 timeout 9 git ls-remote --exit-code "$source" "$FRAPPE_BRANCH" >/dev/null 2>&1
	elif [ -d "$source" ]; then
		return 0
	else
		# A machine without git yet: whether the host answers is all that can be known.
		host=${source#*://}
		timeout 9 bash -c "exec 3<>/dev/tcp/${host%%/*}/443" 2>/dev/null
	fi
}

check_sources() {
	local source pid pids=() missing=()
	# A local path is used from other directories later on.
	[ ! -d "$FRAPPE_SOURCE" ] || FRAPPE_SOURCE=$(realpath "$FRAPPE_SOURCE")
	[ ! -d "$ERPNEXT_SOURCE" ] || ERPNEXT_SOURCE=$(realpath "$ERPNEXT_SOURCE")
	bench_is_made && on_bench erpnext && return
	for source in "$FRAPPE_SOURCE" "$ERPNEXT_SOURCE"; do
		reachable "$source" &
		pids+=("$!:$source")
	done
	for pid in "${pids[@]}"; do
		wait "${pid%%:*}" || missing+=("${pid#*:}")
	done
	[ "${#missing[@]}" -eq 0 ] && return
	printf 'error: cannot reach branch %s of: %s\n' "$FRAPPE_BRANCH" "${missing[*]}" >&2
	echo "Nothing was installed. FRAPPE_SOURCE and ERPNEXT_SOURCE may name another URL or a local git path." >&2
	exit 3
}

# --- the machine ---------------------------------------------------------------------------------

is_installed() { dpkg-query -W -f '${Status}' "$1" 2>/dev/null | grep 'ok installed' >/dev/null; }

install_packages() {
	local package missing=()
	local packages=(build-essential git libmariadb-dev mariadb-client mariadb-server pkg-config
		python3 python3-dev python3-venv redis-server)
	# A Node that the machine has already (nvm, a vendor's package) is left as it is.
	command -v npm >/dev/null || packages+=(nodejs npm)
	for package in "${packages[@]}"; do
		is_installed "$package" || missing+=("$package")
	done
	[ "${#missing[@]}" -eq 0 ] && return
	command -v apt-get >/dev/null || fail "not Debian or Ubuntu: install these by hand: ${missing[*]}"
	say "Installing ${missing[*]}"
	as_root apt-get update -q
	as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}"
}

make_bench_user() {
	if [ "$(id -u)" -eq 0 ] && ! getent passwd "$BENCH_USER" >/dev/null; then
		say "Making the user $BENCH_USER"
		useradd --create-home --home-dir "/home/$BENCH_USER" --shell /bin/bash "$BENCH_USER"
	fi
}

# The package clients of the new user follow the settings that root's follow.
lend_client_settings() {
	local file home
	home=$(home_of "$BENCH_USER")
	[ "$(id -u)" -eq 0 ] || return 0
	for file in .npmrc .yarnrc .pip/pip.conf .config/pip/pip.conf .config/uv/uv.toml; do
		if [ -f "$HOME/$file" ] && [ ! -e "$home/$file" ]; then
			as_bench mkdir -p "$(dirname "$home/$file")"
			install -o "$BENCH_USER" -g "$(id -gn "$BENCH_USER")" -m 600 "$HOME/$file" "$home/$file"
		fi
	done
}

choose_python() {
	[ -n "${PYTHON:-}" ] && return
	PYTHON=python3
	[ -x /usr/bin/python3 ] && PYTHON=/usr/bin/python3
	if [ "$FRAPPE_BRANCH" != version-15 ] && as_bench sh -c 'command -v python3.14' >/dev/null; then
		PYTHON=python3.14
	fi
}

# Said now, for yarn and pip would say it after minutes, and less plainly.
check_versions() {
	local python=3.10 node=18
	[ "$FRAPPE_BRANCH" = version-15 ] || { python=3.14 node=24; }
	as_bench "$PYTHON" -c "import sys; sys.exit(sys.version_info < (${python/./, }))" ||
		fail "Frappe $FRAPPE_BRANCH needs Python $python or newer, and $PYTHON is older: set PYTHON"
	as_bench node -e "process.exit(parseInt(process.versions.node) < $node ? 1 : 0)" ||
		fail "Frappe $FRAPPE_BRANCH needs Node $node or newer, and $(as_bench node --version) is here"
}

# --- bench and yarn, in the bench user's home ----------------------------------------------------

install_tools() {
	local home cli
	home=$(home_of "$BENCH_USER")
	cli="$home/.local/share/frappe-bench-cli"
	if ! as_bench test -x "$home/.local/bin/bench"; then
		say "Installing bench"
		as_bench "$PYTHON" -m venv "$cli"
		as_bench "$cli/bin/pip" install -q frappe-bench
		as_bench mkdir -p "$home/.local/bin"
		as_bench ln -sf "$cli/bin/bench" "$cli/bin/uv" "$home/.local/bin/"
	fi
	if ! as_bench yarn --version 2>/dev/null | grep '^1\.' >/dev/null; then
		say "Installing yarn"
		as_bench npm install --global --prefix "$home/.local" yarn@1.22.22
	fi
	respect_pip_settings "$cli/bin/pip"
}

# bench installs with uv, which does not read pip's settings: where pip has some, bench is to use pip.
respect_pip_settings() {
	local keys='index-url|extra-index-url|find-links|no-index|cert|client-cert|proxy|trusted-host|constraint'
	if as_bench test -x "$1" && as_bench "$1" config list 2>/dev/null | grep -E "\.($keys)=" >/dev/null; then
		export BENCH_DISABLE_UV=1
	fi
}

# --- MariaDB -------------------------------------------------------------------------------------

collation() { as_root mariadb --skip-column-names --batch -e 'SELECT @@GLOBAL.collation_server'; }

# Frappe refuses to make a site unless the server speaks utf8mb4 with this collation.
configure_mariadb() {
	start_mariadb
	[ "$(collation)" = utf8mb4_unicode_ci ] && return
	say "Setting MariaDB to utf8mb4"
	as_root tee /etc/mysql/mariadb.conf.d/99-frappe.cnf >/dev/null <<-'CNF'
		[mysqld]
		skip-character-set-client-handshake
		character-set-server = utf8mb4
		collation-server = utf8mb4_unicode_ci
		# Newer servers have another default for a client that names the character set only.
		loose_character_set_collations = utf8mb4=utf8mb4_unicode_ci

		[client]
		default-character-set = utf8mb4
	CNF
	if [ -d /run/systemd/system ]; then
		as_root systemctl restart mariadb
	else
		as_root mariadb-admin shutdown
		start_mariadb
	fi
	[ "$(collation)" = utf8mb4_unicode_ci ] || fail "another file in /etc/mysql sets MariaDB's collation"
}

# A database user of this bench's own, who may make and drop sites. Its password is random and stands
# only in common_site_config.json, which the bench user alone can read; `bench new-site` finds it there.
make_database_admin() {
	local login password
	[ -n "$(common_config root_login)" ] && return
	login="bench_$(printf %s "$BENCH_DIR" | cksum | cut -d' ' -f1)"
	password=$(od -An -N24 -tx1 /dev/urandom | tr -d ' \n')
	as_root mariadb <<-SQL
		CREATE OR REPLACE USER '$login'@'localhost' IDENTIFIED BY '$password';
		GRANT ALL PRIVILEGES ON *.* TO '$login'@'localhost' WITH GRANT OPTION;
	SQL
	as_bench chmod 600 "$BENCH_DIR/sites/common_site_config.json"
	set_common_config <<<"root_login=$login root_password=$password"
	set_common_config <<<"db_port=$(as_root mariadb --skip-column-names --batch -e 'SELECT @@port')"
}

# Reads key=value words: on standard input, for a command line can be seen by every user.
set_common_config() {
	bench_python -c '
import json, sys
path = "common_site_config.json"
config = json.load(open(path))
for word in sys.stdin.read().split():
    key, value = word.split("=", 1)
    config[key] = int(value) if value.isdigit() else value
with open(path, "w") as f:
    json.dump(config, f, indent=1, sort_keys=True)
'
}

# --- the bench -----------------------------------------------------------------------------------

bench_is_made() { has_frappe && [ ! -e "$BENCH_DIR/.being-made" ]; }

port_is_free() { ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# bench keeps clear of the ports of the benches beside it, not of those elsewhere on the machine.
choose_ports() {
	local n port
	for n in $(seq 0 20); do
		for port in 8000 9000 11000 13000; do
			port_is_free $((port + n)) || continue 2
		done
		break
	done
	[ "$n" -eq 0 ] && return
	as_bench mkdir "$BENCH_DIR/sites"
	as_bench tee "$BENCH_DIR/sites/common_site_config.json" >/dev/null <<-JSON
		{
		 "webserver_port": $((8000 + n)),
		 "socketio_port": $((9000 + n)),
		 "redis_queue": "redis://127.0.0.1:$((11000 + n))",
		 "redis_cache": "redis://127.0.0.1:$((13000 + n))",
		 "redis_socketio": "redis://127.0.0.1:$((13000 + n))"
		}
	JSON
}

# A local source may belong to another user, which git would refuse to read.
trust_local_source() {
	local path
	[ -d "$1" ] || return 0
	for path in "$1" "$1/.git"; do
		as_bench git config --global --get-all safe.directory 2>/dev/null | grep -xF "$path" >/dev/null ||
			as_bench git config --global --add safe.directory "$path"
	done
}

make_bench() {
	bench_is_made && return
	if [ -e "$BENCH_DIR/.being-made" ]; then
		as_bench rm -rf "$BENCH_DIR"
	elif [ -e "$BENCH_DIR" ]; then
		fail "$BENCH_DIR is there and is no bench: set BENCH_DIR"
	fi
	say "Making the bench $BENCH_DIR (Frappe $FRAPPE_BRANCH)"
	trust_local_source "$FRAPPE_SOURCE"
	as_bench mkdir -p "$BENCH_DIR"
	as_bench touch "$BENCH_DIR/.being-made"
	choose_ports
	as_bench env -C "$(dirname "$BENCH_DIR")" bench init --ignore-exist --no-backups --skip-assets \
		--python "$PYTHON" --frappe-path "$FRAPPE_SOURCE" --frappe-branch "$FRAPPE_BRANCH" "$BENCH_DIR"
	as_bench rm "$BENCH_DIR/.being-made"
}

# An app whose fetching was broken off is in apps/, but not in apps.txt, which bench writes last.
get_app() {
	local name=$1 source=$2
	shift 2
	on_bench "$name" && return
	say "Getting $name"
	trust_local_source "$source"
	as_bench rm -rf "${BENCH_DIR:?}/apps/$name"
	in_bench bench get-app --skip-assets "$@" "$source"
	ASSETS_ARE_OLD=1
}

# The bench user may be unable to read this checkout (in root's home, say): root hands over a clone.
own_source() {
	local clone
	OWN_SOURCE=$CHECKOUT
	[ "$(id -u)" -eq 0 ] || return 0
	clone="$(home_of "$BENCH_USER")/.local/share/serial_inventory"
	rm -rf "$clone"
	as_bench mkdir -p "$(dirname "$clone")"
	git clone -q --no-hardlinks "$CHECKOUT" "$clone"
	chown -R "$BENCH_USER:" "$clone"
	OWN_SOURCE=$clone
}

get_own_app() {
	local app="$BENCH_DIR/apps/serial_inventory"
	# A link is a developer's working copy: it is up to date by itself.
	if [ -L "$app" ] && on_bench serial_inventory; then
		return
	fi
	own_source
	if on_bench serial_inventory; then
		as_bench git -C "$app" pull -q --ff-only "$OWN_SOURCE" HEAD ||
			echo "note: $app has changes of its own and stays as it is"
		install_requirements "$app"
		ASSETS_ARE_OLD=1
	else
		get_app serial_inventory "$OWN_SOURCE"
	fi
}

build_assets() {
	if [ -n "${ASSETS_ARE_OLD:-}" ] || ! as_bench test -e "$BENCH_DIR/sites/assets/assets.json"; then
		say "Building assets"
		in_bench bench build
	fi
}

make_demo_site() {
	make_site "$SITE"
	frappe --site "$SITE" set-config developer_mode 0 --parse
	frappe --site "$SITE" set-config host_name "http://$SITE:$(common_config webserver_port)"
	[ -n "$(common_config default_site)" ] || frappe use "$SITE"
}

say_how_to_start() {
	say "Ready. To start it:"
	[ "$(id -un)" = "$BENCH_USER" ] || echo "    runuser -l $BENCH_USER"
	echo "    cd $BENCH_DIR && PATH=~/.local/bin:\$PATH bench start"
	echo "Then open http://$SITE:$(common_config webserver_port) and sign in as Administrator, password: ${ADMIN_PASSWORD:-admin}"
}

main() {
	check_sources
	install_packages
	make_bench_user
	lend_client_settings
	choose_python
	check_versions
	install_tools
	configure_mariadb
	make_bench
	make_database_admin
	trap stop_started_redis EXIT
	start_redis
	get_app erpnext "$ERPNEXT_SOURCE" --branch "$FRAPPE_BRANCH"
	get_own_app
	build_assets
	make_demo_site
	say_how_to_start
}

main "$@"
